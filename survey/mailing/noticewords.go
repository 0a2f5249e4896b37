package mailing

// notices are the words of letters to people with an account.
var notices = map[string]map[NoticeKind]Words{
	"vi": {
		Account: {"Mời đặt mật khẩu cho tài khoản của ông/bà", `Kính gửi ông/bà {ten},

Quản trị viên đã mở tài khoản “{dang_nhap}” cho ông/bà tại {noi}. Xin ông/bà mở đường dẫn dưới đây và đặt mật khẩu:

{duong_dan}

Đường dẫn dùng được một lần, đến {han}. Xin không chuyển đường dẫn này cho ai. Nếu thư đến nhầm, xin ông/bà bỏ qua.`},
		Reset: {"Đặt lại mật khẩu", `Kính gửi ông/bà {ten},

Vừa có yêu cầu đặt lại mật khẩu cho tài khoản “{dang_nhap}” tại {noi}. Nếu chính ông/bà yêu cầu, xin mở đường dẫn dưới đây và chọn mật khẩu mới:

{duong_dan}

Đường dẫn dùng được một lần, đến {han}. Đặt lại xong, mọi phiên đăng nhập đều kết thúc; xác thực hai bước giữ nguyên.

Nếu ông/bà không yêu cầu, xin bỏ qua thư này: mật khẩu hiện tại vẫn dùng được. Xin không chuyển đường dẫn này cho ai.`},
		Password: {"Mật khẩu vừa được đổi", `Kính gửi ông/bà {ten},

Mật khẩu của tài khoản “{dang_nhap}” tại {noi} vừa được đổi, mọi phiên đăng nhập khác đã kết thúc.

Nếu không phải ông/bà đổi, xin báo ngay cho quản trị viên.`},
		Moved: {"Địa chỉ thư của tài khoản vừa được đổi", `Kính gửi ông/bà {ten},

Từ nay thư của tài khoản “{dang_nhap}” tại {noi} không gửi đến địa chỉ này nữa.

Nếu không phải ông/bà đổi, xin báo ngay cho quản trị viên.`},
		Due: {"Nhắc việc đánh giá: {so} mục", `Kính gửi ông/bà {ten},

Ông/bà có việc sau đây trong kỳ đánh giá:

{viec}

Mở bàn làm việc: {ban_lam_viec}

Để thôi nhận thư nhắc việc, xin bỏ chọn tại {tai_khoan}`},
	},
	"en": {
		Account: {"Choose a password for your account", `Dear {ten},

An administrator has made the account “{dang_nhap}” for you at {noi}. Please open this link and choose a password:

{duong_dan}

The link can be used once, until {han}. Please do not pass it on. If this letter is not for you, please ignore it.`},
		Reset: {"Choose a new password", `Dear {ten},

Somebody asked for a new password of the account “{dang_nhap}” at {noi}. If it was you, please open this link and choose one:

{duong_dan}

The link can be used once, until {han}. All sessions end afterwards; second factors stay as they are.

If it was not you, please ignore this letter: your password has not changed. Please do not pass the link on.`},
		Password: {"Your password was changed", `Dear {ten},

The password of the account “{dang_nhap}” at {noi} was changed just now, and all other sessions have ended.

If it was not you, please tell an administrator at once.`},
		Moved: {"The address of your account was changed", `Dear {ten},

From now on letters about the account “{dang_nhap}” at {noi} no longer go to this address.

If it was not you, please tell an administrator at once.`},
		Due: {"Assessment reminder: {so} items", `Dear {ten},

There is something for you to do in an assessment:

{viec}

Your desk: {ban_lam_viec}

To stop these reminders, untick them at {tai_khoan}`},
	},
}

var noticeFoot = map[string]string{
	"vi": "Thư do hệ thống tự động gửi, xin không trả lời thư này.",
	"en": "This letter was sent automatically, please do not answer it.",
}

// lineWords are the words of a line of things to do; stages by assess.Stage.
var lineWords = map[string]struct {
	kinds  map[LineKind]string
	stages map[string]string
	more   string
}{
	"vi": {map[LineKind]string{
		Soon:     "{ky}: {viec} ({co_quan}). Hạn: {han}.",
		Over:     "{ky}: {viec} ({co_quan}). Đã quá hạn từ {han}; cần thêm thời gian, xin liên hệ quản trị viên.",
		Asked:    "{ky}: {so} câu hỏi của người thẩm định chưa được trả lời ({co_quan}).",
		Reopened: "{ky}: phiếu vừa được mở lại ({co_quan}); {viec}. Hạn: {han}.",
	}, map[string]string{
		"draft": "tự chấm điểm và nộp phiếu", "submitted": "thẩm định, còn {so} mục", "appraised": "giải trình hoặc kiến nghị nếu cần",
		"review": "thẩm định lại, còn {so} mục", "council": "hội đồng quyết định, còn {so} mục",
	}, " và %d cơ quan khác"},
	"en": {map[LineKind]string{
		Soon:     "{ky}: {viec} ({co_quan}). Deadline: {han}.",
		Over:     "{ky}: {viec} ({co_quan}). The deadline passed at {han}; for more time, please ask an administrator.",
		Asked:    "{ky}: {so} questions of appraisers wait for an answer ({co_quan}).",
		Reopened: "{ky}: a sheet was opened again ({co_quan}); {viec}. Deadline: {han}.",
	}, map[string]string{
		"draft": "score yourselves and submit", "submitted": "appraise, {so} criteria are left", "appraised": "explain or appeal where needed",
		"review": "appraise again, {so} criteria are left", "council": "decisions of the council, {so} criteria are left",
	}, " and %d more"},
}
