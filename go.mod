module thuocdo

go 1.26.0

require github.com/alecthomas/kong v1.17.0

require (
	golang.org/x/text v0.43.0
	gonum.org/v1/gonum v0.17.0
	pgregory.net/rapid v1.3.0
)
