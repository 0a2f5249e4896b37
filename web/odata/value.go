package odata

import (
	"cmp"
	"strings"
	"time"
)

// moment is a point in time.
type moment = time.Time

// momentOf reads what a row holds; nil where it is none.
func momentOf(s string) any {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil
	}
	return t
}

// order compares two values of one kind, neither of them null: −1, 0, 1, or 2 where they have no order.
func order(a, b any) int {
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y)
		}
	case day:
		if y, ok := b.(day); ok {
			return cmp.Compare(x, y)
		}
	case moment:
		if y, ok := b.(moment); ok {
			return x.Compare(y)
		}
	case bool:
		if y, ok := b.(bool); ok {
			return cmp.Compare(rank(x), rank(y))
		}
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
		return orderOf(float64(x), b)
	case float64:
		return orderOf(x, b)
	}
	return 2
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func orderOf(x float64, b any) int {
	var y float64
	switch v := b.(type) {
	case int64:
		y = float64(v)
	case float64:
		y = v
	default:
		return 2
	}
	if x != x || y != y {
		return 2
	}
	return cmp.Compare(x, y)
}
