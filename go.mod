module thuocdo

go 1.26
