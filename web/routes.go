package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/api"
)

// Most bytes of a body.
const (
	noBody  = 0
	formMax = 64 << 10
	apiMax  = 256 << 10
)

// route is one line of the table: what it answers, who may call it, how much it reads.
type route struct {
	method string
	path   string
	who    access
	limit  int64
	handle echo.HandlerFunc
}

// methods adds HEAD wherever there is GET.
func (r route) methods() []string {
	if r.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.method}
}

// table is every address of the service, with the permission beside it.
func (s *Server) table(a *api.API) []route {
	const get, post = http.MethodGet, http.MethodPost
	return slices.Concat([]route{
		// citizens
		{get, "/", anyone, noBody, s.home},
		{get, "/khao-sat/:wave", anyone, noBody, s.picker},
		{get, "/khao-sat/:wave/:agency", anyone, noBody, s.formStart},
		{post, "/khao-sat/:wave/:agency", anyone, formMax, s.formStep},
		{get, "/bien-nhan", anyone, noBody, s.receiptForm},
		{get, "/bien-nhan/:receipt", anyone, noBody, s.receipt},
		{get, "/lam-tiep", anyone, noBody, s.resumeForm},
		{post, "/lam-tiep", anyone, formMax, s.resume},
		{get, "/kiosk", anyone, noBody, s.kioskCodeForm},
		{post, "/kiosk", anyone, formMax, s.kioskCode},
		{get, "/kiosk/:wave/:agency", anyone, noBody, s.kiosk(s.kioskStart)},
		{get, "/kiosk/:wave/:agency/phieu", anyone, noBody, s.kiosk(s.kioskForm)},
		{post, "/kiosk/:wave/:agency/phieu", anyone, formMax, s.kiosk(s.kioskStep)},
		{get, "/kiosk/:wave/:agency/cam-on", anyone, noBody, s.kiosk(s.kioskThanks)},
		{get, "/kiosk/:wave/:agency/thoat", anyone, noBody, s.kiosk(s.kioskLeaveForm)},
		{post, "/kiosk/:wave/:agency/thoat", anyone, formMax, s.kiosk(s.kioskLeave)},
		{get, "/moi", anyone, noBody, s.inviteForm},
		{post, "/moi", anyone, formMax, s.inviteTyped},
		{get, "/moi/:code", anyone, noBody, s.inviteLink},

		// readers of results
		{get, "/xep-hang", anyone, noBody, s.indexes},
		{get, "/xep-hang/:framework/:period", anyone, noBody, s.ranking},
		{get, "/xep-hang/:framework/:period/:file", anyone, noBody, s.rankingFile(false)},
		{get, "/co-quan/:agency", anyone, noBody, s.agency},
		{get, "/co-quan/:agency/:file", anyone, noBody, s.agencyFile(false)},
		{get, "/co-quan/:agency/diem-mat/:framework/:period", anyone, noBody, s.losses(false)},
		{get, "/co-quan/:agency/diem-mat/:framework/:period/:file", anyone, noBody, s.lossFile(false)},
		{get, "/so-sanh/:framework/:before/:after", anyone, noBody, s.comparison},
		{get, "/so-sanh/:framework/:before/:after/:file", anyone, noBody, s.comparisonFile},
		{get, "/phuong-phap/:framework", anyone, noBody, s.method},
		{get, releasesPath, anyone, noBody, s.releases},
		{get, feedPath, anyone, noBody, s.releaseFeed},
		{get, releasesPath + "/:release", anyone, noBody, s.release},
		{get, releasesPath + "/:release" + releaseFileName, anyone, noBody, s.releaseFile},
		{get, releasesPath + "/:release/:file", anyone, noBody, s.releaseReport},

		// people with an account
		{get, "/quan-tri", signedIn, noBody, s.desk},
		{get, "/quan-tri/xep-hang", analysts, noBody, s.liveIndexes},
		{get, "/quan-tri/xep-hang/:framework/:period", analysts, noBody, s.liveRanking},
		{get, "/quan-tri/xep-hang/:framework/:period/:file", analysts, noBody, s.rankingFile(true)},
		{get, "/quan-tri/co-quan/:agency", agencyReaders, noBody, s.liveAgency},
		{get, "/quan-tri/co-quan/:agency/:file", agencyReaders, noBody, s.agencyFile(true)},
		{get, "/quan-tri/co-quan/:agency/diem-mat/:framework/:period", agencyReaders, noBody, s.losses(true)},
		{get, "/quan-tri/co-quan/:agency/diem-mat/:framework/:period/:file", agencyReaders, noBody, s.lossFile(true)},
		{get, "/quan-tri/gia-dinh/:framework/:period/:agency", agencyReaders, noBody, s.whatIf},
		{post, "/quan-tri/gia-dinh/:framework/:period/:agency", scenarists, formMax, s.saveScenario},
		{get, "/quan-tri/gia-dinh", signedIn, noBody, s.scenarios},
		{get, "/quan-tri/gia-dinh/:scenario", scenarioReaders, noBody, s.savedScenario},
		{post, "/quan-tri/gia-dinh/:scenario/xoa", scenarioAuthor, formMax, s.deleteScenario},
		{get, "/quan-tri/kiosk", kioskKeepers, noBody, s.kioskSetupForm},
		{post, "/quan-tri/kiosk", kioskKeepers, formMax, s.kioskSetup},
		{get, "/quan-tri/phieu-giay", fieldworkers, noBody, s.paperBatches},
		{post, "/quan-tri/phieu-giay", fieldworkers, formMax, s.newBatch},
		{get, "/quan-tri/phieu-giay/:batch", fieldworkers, noBody, s.paperBatch},
		{get, "/quan-tri/phieu-giay/:batch/in", fieldworkers, noBody, s.paperPrint},
		{get, "/quan-tri/phieu-giay/:batch/nhap", fieldworkers, noBody, s.paperEntryForm},
		{post, "/quan-tri/phieu-giay/:batch/nhap", fieldworkers, formMax, s.paperEntry},
		{get, "/quan-tri/phieu-giay/:batch/so/:number", fieldworkers, noBody, s.paperSheet},
		{post, "/quan-tri/phieu-giay/:batch/so/:number", fieldworkers, formMax, s.settleSheet},

		{get, auditPath, auditors, noBody, s.auditLog},

		// results before they are published: publishers, and guests of the release
		{get, releaseDeskPath, signedIn, noBody, s.releaseDesk},
		{post, releaseDeskPath, releasePublishers, releaseMax, s.addRelease},
		{post, holdPath, proven(releasePublishers), formMax, s.holdFigures},
		{get, releaseDeskPath + "/:release", signedIn, noBody, s.releaseRoom},
		{post, releaseDeskPath + "/:release", proven(releasePublishers), formMax, s.releaseStep},
		{get, releaseDeskPath + "/:release" + releaseFileName, signedIn, noBody, s.releaseRoomFile},

		// questionnaires
		{get, formsPath, formReaders, noBody, s.forms},
		{get, formFilePath, designers, noBody, s.formFileForm},
		{post, formFilePath, designers, formFileMax, s.formFile},
		{get, formsPath + "/:form/:version", formReaders, noBody, s.edition},
		{get, formsPath + "/:form/:version/xem", formReaders, noBody, s.tryEdition},
		{post, formsPath + "/:form/:version/xem", formReaders, formMax, s.tryEdition},
		{get, formsPath + "/:form/:version/in", formReaders, noBody, s.printEdition},
		{get, formsPath + "/:form/:version/so-sanh", formReaders, noBody, s.compareEditions},
		{get, formsPath + "/:form/:version/json", formReaders, noBody, s.editionJSON},
		{get, formsPath + "/:form/:version/xlsform", formReaders, noBody, s.formWorkbook},
		{post, sketchesPath, designers, formMax, s.newSketch},
		{get, sketchesPath + "/:sketch", designers, noBody, s.sketch},
		{post, sketchesPath + "/:sketch", designers, sketchMax, s.editSketch},
		{get, sketchesPath + "/:sketch/xem", formPublishers, noBody, s.trySketch},
		{post, sketchesPath + "/:sketch/xem", formPublishers, formMax, s.trySketch},
		{get, sketchesPath + "/:sketch/in", formPublishers, noBody, s.printSketch},
		{get, sketchesPath + "/:sketch/json", formPublishers, noBody, s.sketchJSON},
		{get, sketchesPath + "/:sketch/cong-bo", formPublishers, noBody, s.publishForm},
		{post, sketchesPath + "/:sketch/cong-bo", formPublishers, formMax, s.publishSketch},
		{post, sketchesPath + "/:sketch/xoa", designers, formMax, s.deleteSketch},
		// people who invite others
		{get, "/quan-tri/thu-moi", designers, noBody, s.inviteWaves},
		{get, "/quan-tri/dot-khao-sat/:wave/thu-moi", designers, noBody, s.invitations},
		{post, "/quan-tri/dot-khao-sat/:wave/thu-moi", designers, formMax, s.makeInvitations},
		{post, "/quan-tri/dot-khao-sat/:wave/thu-moi/tham-gia", designers, formMax, s.setAccess},
		{get, "/quan-tri/dot-khao-sat/:wave/ap-phich/:agency", designers, noBody, s.poster},
		{get, "/quan-tri/dot-khao-sat/:wave/thu-dien-tu", designers, noBody, s.mail},
		{post, "/quan-tri/dot-khao-sat/:wave/thu-dien-tu/danh-sach", designers, mailList, s.addMail},
		{post, "/quan-tri/dot-khao-sat/:wave/thu-dien-tu/gui", designers, formMax, s.sendMail},
		{post, "/quan-tri/dot-khao-sat/:wave/thu-dien-tu/loi-thu", designers, formMax, s.writeMail},
		{post, "/quan-tri/dot-khao-sat/:wave/thu-dien-tu/tra-lai", designers, mailFile, s.bouncedMail},
		{get, "/ngung-thu/:token", anyone, noBody, s.stopForm},
		{post, "/ngung-thu/:token", anyone, formMax, s.stopMail},

		// analyses of a wave
		{get, analysesPath, surveyReaders, noBody, s.analyses},
		{get, analysesPath + "/:wave/phan-bo", surveyReaders, noBody, s.analyse(itemsName, s.items)},
		{get, analysesPath + "/:wave/bang-cheo", surveyReaders, noBody, s.analyse(crossName, s.cross)},
		{get, analysesPath + "/:wave/trung-binh", surveyReaders, noBody, s.analyse(meansName, s.means)},
		{get, analysesPath + "/:wave/tac-dong", surveyReaders, noBody, s.analyse(driversName, s.drivers)},
		{get, analysesPath + "/:wave/do-tin-cay", surveyReaders, noBody, s.analyse(scaleName, s.scale)},
		{get, analysesPath + "/:wave/trong-so", surveyReaders, noBody, s.analyse(weightName, s.weight)},
		{post, analysesPath + "/:wave/trong-so", closeAnalysts, apiMax, s.takeMargins},
		{get, analysesPath + "/:wave/" + microdataName, closeAnalysts, noBody, s.microdata},
		{get, analysesPath + "/:wave/" + microdataName + "/:file", closeAnalysts, noBody, s.microdataFile},
		{get, analysesPath + "/:wave/:analysis/:file", surveyReaders, noBody, s.analysisFile},

		// waves
		{get, wavesPath, surveyReaders, noBody, s.waves},
		{get, wavesPath + "/:wave", designers, noBody, s.waveForm},
		{post, wavesPath + "/:wave", designers, waveMax, s.saveWave},
		{post, wavesPath + "/:wave/mau", designers, formFileMax, s.saveSample},
		{get, wavesPath + "/:wave" + samplingName, designers, noBody, s.samplingForm},
		{post, wavesPath + "/:wave" + samplingName, designers, formFileMax, s.sampleStep},

		// a wave under way
		{get, "/quan-tri/tien-do", fieldReaders, noBody, s.fieldworks},
		{get, "/quan-tri/dot-khao-sat/:wave/tien-do", fieldReaders, noBody, s.fieldwork},
		{get, "/quan-tri/dot-khao-sat/:wave/tien-do/so-phieu", fieldReaders, noBody, s.growing},
		{get, "/quan-tri/dot-khao-sat/:wave/tien-do/:file", fieldReaders, noBody, s.fieldworkFile},
		{get, "/quan-tri/dot-khao-sat/:wave/y-kien", surveyReaders, noBody, s.opinions},
		{get, "/quan-tri/dot-khao-sat/:wave/y-kien/:file", surveyReaders, noBody, s.opinionsFile},
		{post, "/quan-tri/dot-khao-sat/:wave/y-kien/khung", reviewers, formMax, s.saveFrame},
		{post, "/quan-tri/dot-khao-sat/:wave/y-kien/ma", reviewers, formMax, s.saveCodings},
		{post, "/quan-tri/dot-khao-sat/:wave/y-kien/xong", reviewers, formMax, s.finishCoding},
		{post, "/quan-tri/dot-khao-sat/:wave/y-kien/thong-nhat", reviewers, formMax, s.resolve},
		{get, "/quan-tri/dot-khao-sat/:wave/kiem-phieu", surveyReaders, noBody, s.queue},
		{post, "/quan-tri/dot-khao-sat/:wave/kiem-phieu/chot", designers, formMax, s.closeReview},
		{post, "/quan-tri/dot-khao-sat/:wave/kiem-phieu/hoan-tac/:decision", reviewers, formMax, s.undoDecision},
		{get, "/quan-tri/dot-khao-sat/:wave/kiem-phieu/hang-loat", surveyReaders, noBody, s.decideAll},
		{post, "/quan-tri/dot-khao-sat/:wave/kiem-phieu/hang-loat", reviewers, formMax, s.decideBatch},
		{get, "/quan-tri/dot-khao-sat/:wave/kiem-phieu/:agency/:ref", surveyReaders, noBody, s.reviewOne},
		{post, "/quan-tri/dot-khao-sat/:wave/kiem-phieu/:agency/:ref", reviewers, formMax, s.decideCase},

		// programs
		{get, "/api/v1/waves/:wave", anyone, noBody, a.Wave},
		{get, "/api/v1/waves/:wave/questionnaire", anyone, noBody, a.Questionnaire},
		{post, "/api/v1/waves/:wave/responses", anyone, apiMax, a.Respond},
		{get, "/api/v1/waves/:wave/responses", granted(account.ReadResponses, closeAnalysts), noBody, s.responsesAPI},
		{get, "/api/v1/indexes/:framework/:period/ranking", anyone, noBody, s.rankingAPI},
		{get, "/api/v1/receipts/:receipt", anyone, noBody, a.Receipt},
		{get, "/healthz", anyone, noBody, s.healthz},
		{get, "/readyz", anyone, noBody, s.readyz},

		// files
		{get, "/static/:file", anyone, noBody, s.static},
		{get, "/favicon.ico", anyone, noBody, s.favicon},
		{get, "/robots.txt", anyone, noBody, s.robots},
	},
		s.remedyTable(),
		s.reformTable(),
		s.listTable(),
		s.proveTable(),
		s.evidenceTable(),
		s.seasonTable(),
		s.assessmentAPITable(),
		s.appraiseTable(),
		s.councilTable(),
		s.tokenTable(),
		s.accountListTable(),
		s.accountTable(),
		s.accountSessionsTable(),
		s.contactTable(),
		s.signInTable(),
		s.ssoTable(),
		s.selfTable(),
		s.odataTable(),
		s.besideTable(),
		s.embedTable(),
		s.cardTable(),
		s.hookTable(),
		s.heldTable(),
		s.changeTable(),
		s.releaseTrendTable(),
	)
}
