package print

// said is a text in both languages; both stand on every page, because paper cannot be switched.
type said struct{ vi, en string }

// words are what is printed besides titles and names.
var words = struct{ invitation, about, code, how, once, call, scan, open said }{
	invitation: said{"Thư mời trả lời khảo sát", "Survey invitation"},
	about:      said{"Về:", "About:"},
	code:       said{"Mã của thư mời", "Code"},
	how:        said{"Quét mã QR, hoặc mở %s và nhập mã. Dùng được đến hết ngày %s.", "Scan the QR code, or open %s and type the code. Valid until %s."},
	once:       said{"Mã dùng một lần. Câu trả lời không gắn với mã: không ai biết ông/bà đã trả lời gì.", "The code works once and is not stored with your answers: nobody learns what you said."},
	call:       said{"Xin cho biết ý kiến", "Tell us what you think"},
	scan:       said{"Quét mã để mở phiếu", "Scan to open the form"},
	open:       said{"Ẩn danh, không cần đăng nhập, khoảng 5 phút. Đến hết ngày %s.", "Anonymous, no sign-in, about 5 minutes. Until %s."},
}
