// Command icon draws Varve's mark: six beds of sediment, each of its own
// thickness, in a rounded square. One description gives the SVG and all PNGs,
// so that they never differ. It is run by hand when the mark changes:
//
//	go run ./build/tools/icon
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
)

// A bed is one layer: its colour from the design tokens, and its thickness in
// hundredths of the square's height.
type bed struct {
	name      string
	colour    color.NRGBA
	thickness float64
}

// From the water down. The colours are --bed-1 to --bed-6 of tokens.css, light.
var beds = []bed{
	{"bed-1", rgb(0x1f4a54), 30},
	{"bed-2", rgb(0x4c7780), 22},
	{"bed-4", rgb(0xd5cdb6), 7},
	{"bed-3", rgb(0x9fb9b8), 15},
	{"bed-1", rgb(0x1f4a54), 5},
	{"bed-4", rgb(0xd5cdb6), 21},
}

const (
	margin = 6.0  // hundredths of the side left free around the square
	corner = 20.0 // hundredths: radius of the corners
)

// sizes are those that desktops ask for; 1024 is what Wails makes its own from.
var sizes = []int{16, 24, 32, 48, 64, 128, 256, 512}

func main() {
	if err := run("build", "frontend/public/icon.svg"); err != nil {
		fmt.Fprintln(os.Stderr, "icon:", err)
		os.Exit(1)
	}
}

// run draws into the folder of the desktop's icons, and the one of the pages.
func run(folder, pages string) error {
	icons := filepath.Join(folder, "icons")
	if err := os.MkdirAll(icons, 0o755); err != nil {
		return err
	}
	for _, size := range sizes {
		if err := writePNG(filepath.Join(icons, fmt.Sprintf("varve-%d.png", size)), size); err != nil {
			return err
		}
	}
	for _, name := range []string{filepath.Join(icons, "varve.svg"), pages} {
		if err := os.WriteFile(name, drawSVG(), 0o644); err != nil {
			return err
		}
	}
	return writePNG(filepath.Join(folder, "appicon.png"), 1024)
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func writePNG(name string, size int) error {
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&buf, draw(size)); err != nil {
		return err
	}
	return os.WriteFile(name, buf.Bytes(), 0o644)
}

// draw paints the mark with exact coverage: borders of beds fall on whole
// pixels, so that small sizes stay crisp, and only the corners are softened.
func draw(size int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	unit := float64(size) / 100
	low, high := math.Round(margin*unit), float64(size)-math.Round(margin*unit)
	radius := corner * unit
	for y := range size {
		fill := bedAt((float64(y)+0.5-low)/(high-low)*100, high-low)
		for x := range size {
			cover := coverage(float64(x), float64(y), low, high, radius)
			c := fill
			c.A = uint8(math.Round(255 * cover))
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// bedAt is the colour at a depth in hundredths, borders rounded to pixels of a
// square that is side pixels high.
func bedAt(depth, side float64) color.NRGBA {
	border := 0.0
	for _, b := range beds {
		border += b.thickness
		if depth < math.Round(border*side/100)*100/side {
			return b.colour
		}
	}
	return beds[len(beds)-1].colour
}

// coverage tells which part of a pixel lies inside the rounded square, from
// 8×8 samples.
func coverage(x, y, low, high, radius float64) float64 {
	const n = 8
	inside := 0
	for i := range n {
		for j := range n {
			px, py := x+(float64(i)+0.5)/n, y+(float64(j)+0.5)/n
			dx := math.Max(math.Max(low+radius-px, px-(high-radius)), 0)
			dy := math.Max(math.Max(low+radius-py, py-(high-radius)), 0)
			if math.Hypot(dx, dy) <= radius {
				inside++
			}
		}
	}
	return float64(inside) / (n * n)
}

func drawSVG() []byte {
	var b bytes.Buffer
	side := 100 - 2*margin
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\" role=\"img\" aria-label=\"Varve\">\n")
	fmt.Fprintf(&b, "  <clipPath id=\"square\"><rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" rx=\"%g\"/></clipPath>\n", margin, margin, side, side, corner)
	fmt.Fprintf(&b, "  <g clip-path=\"url(#square)\">\n")
	depth := 0.0
	for _, l := range beds {
		// Each bed reaches down to the foot and the next one lies over it: no
		// light shows between two edges.
		fmt.Fprintf(&b, "    <rect x=\"0\" y=\"%.4g\" width=\"100\" height=\"%.4g\" fill=\"#%02x%02x%02x\"/>\n",
			margin+depth*side/100, 100-depth*side/100, l.colour.R, l.colour.G, l.colour.B)
		depth += l.thickness
	}
	fmt.Fprintf(&b, "  </g>\n</svg>\n")
	return b.Bytes()
}
