package framebook

// guide is the text of the sheet that says how to fill in the others: a topic, how to write it, what it means.
var guide = [][3]string{
	{"Bộ chỉ số", "Mỗi dòng một thuộc tính", "Điền cột “Giá trị”. Dòng để trống là không nêu."},
	{"Tiêu chí", "Mỗi dòng một lĩnh vực, tiêu chí hoặc tiêu chí thành phần, theo thứ tự công bố", "STT 1.2.3 tự hiểu là thuộc 1.2. Nếu STT không theo cách này, ghi STT của mục trên vào cột “Thuộc mục”; “(gốc)” là không thuộc mục nào. Điểm tối đa của các mục con phải cộng lại bằng mục trên."},
	{"Cách chấm: chọn phương án", "Ban hành kịp thời = 1\nBan hành chậm = 0,5\nKhông ban hành = 0", "Mỗi dòng một phương án và số điểm. Mã phương án là a, b, c… theo thứ tự; muốn mã khác, ghi [mã] ở đầu dòng. Tên tiếng Anh viết sau dấu |."},
	{"Cách chấm: có hoặc không", "(để trống)", "Có: điểm tối đa. Không: điểm thấp nhất."},
	{"Cách chấm: theo bậc", "> 90 = 2\n70..90 = 1\n< 70 = 0", "70..90 tính cả 70 và 90; 70..<90 không tính 90; 70<..90 không tính 70. Cũng viết được: từ 70 đến dưới 90 = 1. Các bậc phải nối liền nhau."},
	{"Cách chấm: nhân số lần", "mỗi lần = 0,5", "Số lần nhân điểm mỗi lần, nhiều nhất là điểm tối đa."},
	{"Cách chấm: trừ theo lần", "mỗi lần = 0,75\nhoặc\n[nhe] Nhẹ = 1\n[nang] Nặng = 2,5", "Điểm tối đa trừ đi điểm mỗi lần, hoặc theo mức độ; không thấp hơn điểm thấp nhất."},
	{"Cách chấm: phần trăm theo mức", "Đầy đủ = 100 %\nPhần lớn = 75 %\nKhông = 0 %", "Phần trăm của điểm tối đa."},
	{"Cách chấm: theo tỷ lệ", "(để trống)", "Điểm tối đa nhân với phần trăm nhập vào."},
	{"Cách chấm: nội suy", "từ = 30\nđến = 0", "Điểm thấp nhất ở “từ”, điểm tối đa ở “đến”, ở giữa theo tỷ lệ."},
	{"Cách chấm: tỷ lệ hài lòng", "câu hỏi = q1; q2\nmức = 4; 5\nđủ điểm ở = 90 %", "Tỷ lệ trả lời ở các mức nêu ra. Hai dòng sau có thể bỏ: mức 4 và 5, đủ điểm ở 100 %."},
	{"Cách chấm: điểm trung bình", "câu hỏi = q3\nhoặc thêm\n[rat] Rất quan tâm = 100 %\n[khong] Không quan tâm = 0 %", "Điểm trung bình chia cho 5, hoặc trung bình phần trăm của các phương án."},
	{"Cách chấm: giá trị chỉ số khác", "bộ chỉ số = sipas\nphương pháp = mean-pooled\nmục = II\nđủ điểm ở = 100 %", "Lấy theo tỷ lệ giá trị của chỉ số khác, cùng cơ quan, cùng kỳ. Chỉ dòng đầu là bắt buộc."},
	{"Cách chấm: điểm cộng, điểm trừ", "mỗi lần = 0,5\nnhiều nhất = 2", "Ngoài thang điểm: cột “Ngoài thang điểm” ghi “có”."},
	{"Không có cách chấm", "(để trống)", "Nhập thẳng điểm thẩm định."},
	{"Xếp loại: khoảng điểm", ">= 90\n80..<90\n< 80", "Viết như các bậc. Các loại phải nối liền nhau. Theo phân vị: khoảng là phân vị từ 0 đến 100 trong nhóm xếp hạng."},
	{"Xếp loại: điều kiện kèm theo", "mọi tiêu chí >= 50 %\nmục 1.1; 1.2 >= 70 %", "Mỗi dòng một điều kiện, tất cả phải đạt; “mọi tiêu chí lá” là mọi mục không có mục con."},
	{"Chữ đặc biệt", "\"Tiêu chí = 100%\"", "Nếu tên có xuống dòng, hoặc có dấu = hay | gây hiểu nhầm, hãy đặt trong dấu nháy kép."},
	{"Kiểm tra", "thuocdo import framework TỆP.xlsx --dry-run", "Nêu mọi lỗi, mỗi lỗi kèm trang, dòng và cột; không lưu gì."},
}

func (b *book) guide() {
	s := &guideSheet
	for i, width := range []float64{34, 46, 90} {
		name := string(rune('A' + i))
		b.do(b.SetColWidth(s.vi, name, name, width))
	}
	for i, title := range []string{"Ô", "Cách viết", "Ý nghĩa"} {
		b.put(s, i, 1, title, b.styles.name)
	}
	for i, g := range guide {
		b.put(s, 0, i+2, g[0], b.styles.area)
		b.put(s, 1, i+2, g[1], b.styles.text)
		b.put(s, 2, i+2, g[2], b.styles.text)
	}
	b.print(s)
}
