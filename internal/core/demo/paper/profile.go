package paper

// Profile is what happened to a sheet between the printer and the file.
// The zero Profile is a clean scan.
type Profile struct {
	Name string
	DPI  int // 0: 200

	Skew    float64 // degrees, positive turns the page clockwise
	Quarter int     // quarter turns clockwise: 0..3
	Photo   bool    // taken with a phone: perspective, desk, shadow
	Fax     bool    // one bit a pixel, specks, broken lines

	CoffeeRing bool
	PunchHoles bool
	LowToner   bool // a pale band down the page
	Blur       int  // passes of a small blur
	Noise      int  // sensor noise, grey levels (standard deviation)
	Paper      int  // how much darker than white the paper is, grey levels
}

// ProfileNames lists what Named knows, mildest first.
func ProfileNames() []string {
	return []string{"clean", "light", "skew", "skew-left", "punched", "toner", "coffee", "noisy", "fax", "phone", "rotated"}
}

// Named gives a ready-made profile; unknown names give a clean scan.
func Named(name string) Profile {
	p := Profile{Name: name}
	switch name {
	case "light":
		p.Skew, p.Noise, p.Paper, p.Blur = 0.3, 3, 8, 1
	case "skew":
		p.Skew, p.Noise, p.Paper = 2.5, 2, 6
	case "skew-left":
		p.Skew, p.Noise, p.Paper = -2.2, 2, 6
	case "punched":
		p.Skew, p.PunchHoles, p.Noise, p.Paper = -0.4, true, 2, 10
	case "toner":
		p.Skew, p.LowToner, p.Noise, p.Paper = 0.2, true, 2, 5
	case "coffee":
		p.Skew, p.CoffeeRing, p.Noise, p.Paper = 0.7, true, 3, 14
	case "noisy":
		p.DPI, p.Skew, p.Noise, p.Paper, p.Blur = 150, 0.4, 14, 18, 1
	case "fax":
		p.Skew, p.Fax = -0.6, true
	case "phone":
		p.DPI, p.Photo, p.Noise, p.Paper, p.Blur = 180, true, 4, 22, 1
	case "rotated":
		p.Quarter, p.Skew, p.Noise, p.Paper = 1, 0.5, 2, 6
	default:
		p.Name = "clean"
	}
	return p
}

func (p Profile) dpi() int {
	if p.DPI == 0 {
		return 200
	}
	return p.DPI
}
