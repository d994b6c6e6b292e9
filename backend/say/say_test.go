package say_test

import (
	"testing"

	"dev.varve/backend/say"
)

func TestNumbersAsPeopleReadThem(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1 KiB", 1536: "1.5 KiB", 5 << 20: "5 MiB", 1234567890: "1.15 GiB", -2048: "-2 KiB",
	} {
		if got := say.Bytes(n); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
	if got := say.Count(1, "run") + " " + say.Count(0, "run"); got != "1 run 0 runs" {
		t.Error(got)
	}
	for _, c := range []struct {
		got, want string
	}{
		{say.Counts(say.Counted{N: 2, Thing: "experiment"}, say.Counted{N: 0, Thing: "run"}, say.Counted{N: 1, Thing: "model"}), "2 experiments and 1 model"},
		{say.Counts(say.Counted{N: 1, Thing: "run"}), "1 run"},
		{say.Counts(), "nothing"},
		{say.List("a", "b", "c"), "a, b and c"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
