package deposit

import (
	"strconv"
	"strings"
	"time"
)

// kind is what all cells of a column are.
type kind uint8

const (
	text kind = iota
	whole
	number
	truth
	day
	moment
	kindCount
)

// kinds is what the cells of a column were so far.
type kinds [kindCount]bool

func (k *kinds) see(cell string) { k[kindOf(cell)] = true }

// kind is the narrowest that holds for all of them.
func (k *kinds) kind() kind {
	found := kind(kindCount)
	for of := range kindCount {
		switch {
		case !k[of]:
		case found == kindCount:
			found = of
		case found == whole && of == number:
			found = number
		default:
			return text
		}
	}
	if found == kindCount {
		return text // it is empty
	}
	return found
}

// kindOf is what a cell is, as every program reads it: without spaces, with a point
// before decimals, dates as in ISO 8601.
func kindOf(cell string) kind {
	switch {
	case cell == "true" || cell == "false" || cell == "True" || cell == "False" || cell == "TRUE" || cell == "FALSE":
		return truth
	case isWhole(cell):
		return whole
	case isNumber(cell):
		return number
	}
	if _, err := time.Parse(time.DateOnly, cell); err == nil {
		return day
	}
	if _, err := time.Parse(time.RFC3339, cell); err == nil {
		return moment
	}
	return text
}

func isWhole(cell string) bool {
	if strings.HasPrefix(cell, "+") || len(cell) > 1 && cell[0] == '0' {
		return false // 007 is a name
	}
	_, err := strconv.ParseInt(cell, 10, 64)
	return err == nil && !strings.HasPrefix(cell, "-0")
}

// isNumber leaves out what ParseFloat takes and others do not: 0x1p4, 1_000, inf.
func isNumber(cell string) bool {
	if strings.Trim(cell, "0123456789.eE+-") != "" || len(cell) > 1 && cell[0] == '0' && cell[1] != '.' && cell[1] != 'e' && cell[1] != 'E' {
		return false
	}
	_, err := strconv.ParseFloat(cell, 64)
	return err == nil
}
