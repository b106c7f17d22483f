package demo

import (
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"clinician/internal/core"
)

// Scale gives n cheap patients for load tests: names, birth dates, gender,
// addresses and telephones, nothing clinical. The store gives them numbers and
// addresses for mail. The same seed gives the same patients, also as a prefix
// of a longer run.
func Scale(seed uint64, n int) iter.Seq[core.NewPatient] {
	return func(yield func(core.NewPatient) bool) {
		r := stream(seed, "scale")
		s := newScaler()
		for range n {
			if !yield(s.patient(r)) {
				return
			}
		}
	}
}

type scaler struct {
	women, men, starts, middles, ends, streets, towns []string
	languages                                         [6]string
}

func newScaler() *scaler {
	return &scaler{
		women:     []string{"Abimbola", "Beatrix", "Chiara", "Dagny", "Esmé", "Farida", "Greta", "Hyacinth", "Ingrid", "Joséphine", "Kirsty", "Leilani", "Marisol", "Naledi", "Oonagh", "Priya", "Quinta", "Roisin", "Sunniva", "Tomoko", "Una", "Verity", "Wilhelmina", "Xiomara", "Yasmin", "Zuzana"},
		men:       []string{"Anselm", "Bartholomew", "Caspian", "Dmitri", "Eluned", "Fyodor", "Gwilym", "Haakon", "Ifan", "Joaquín", "Kwabena", "Lorcan", "Mateusz", "Nnamdi", "Oisín", "Pranav", "Quentin", "Rafiq", "Søren", "Taavi", "Ulrich", "Viktor", "Wanjiru", "Xavier", "Yusuf", "Zoltán"},
		starts:    []string{"Al", "Bran", "Cres", "Dun", "El", "Fen", "Gar", "Hol", "Ing", "Jor", "Kel", "Lang", "Mar", "Nor", "Oster", "Pen", "Quar", "Ras", "Sel", "Tor", "Ulm", "Ver", "Whit", "Yar", "Zel"},
		middles:   []string{"", "", "a", "be", "de", "en", "ing", "ka", "le", "mo", "ne", "or", "ri", "sa", "ti", "va"},
		ends:      []string{"berg", "by", "combe", "court", "den", "dottir", "enko", "ez", "field", "ford", "gate", "hurst", "ić", "ide", "land", "ley", "man", "mere", "oglu", "ová", "quist", "shaw", "ski", "son", "stead", "thorpe", "ton", "wick", "wood", "worth"},
		streets:   []string{"Larkspur Way", "Coldharbour Row", "Old Ropewalk", "Tannery Lane", "Saltmarsh Road", "Millrace Close", "Beacon Terrace", "Fennel Street"},
		towns:     []string{"Wexmoor", "Brackenfell", "Little Tamsin", "Aldhelm St Mary", "Porthkerris Bay", "Greater Ludden"},
		languages: [6]string{"en", "ar", "zh", "fr", "hi", "es"},
	}
}

func (s *scaler) patient(r *rand.Rand) core.NewPatient {
	var p core.NewPatient
	p.LastName = pick(r, s.starts) + pick(r, s.middles) + pick(r, s.ends)
	p.Gender, p.Title, p.FirstName = core.GenderFemale, "Ms", ""
	if r.IntN(2) == 0 {
		p.Gender, p.Title = core.GenderMale, "Mr"
		p.FirstName = pick(r, s.men)
	} else {
		p.FirstName = pick(r, s.women)
	}
	p.DateOfBirth = core.Date{Year: 1928 + r.IntN(80), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)}
	language := &s.languages[0]
	if r.IntN(8) == 0 {
		language = &s.languages[r.IntN(len(s.languages))]
	}
	p.PreferredLanguageID = language
	p.Address = strconv.Itoa(1+r.IntN(180)) + " " + pick(r, s.streets) + ", " + pick(r, s.towns) + " ZZ" + strconv.Itoa(1+r.IntN(40)) + " " + strconv.Itoa(1+r.IntN(9)) + "AA"
	p.PhoneNumber = "07700 900" + strconv.Itoa(100+r.IntN(900))
	p.AllergyStatus = core.AllergiesNotRecorded
	return p
}
