package format

import (
	"strings"

	"clinician/internal/core"
)

// follows says for each pair of Latin letters how seldom the second follows the first
// within a word, "a" for often to "p" for hardly ever: row by the first, column by the
// second. Counted in English about medicine and in ten other European languages, so
// that texts of all of them pass; see strange.
const follows = "khffjjgkhliefdpgpffdhjlnhj" +
	"ekkmcppoekndnmdppfghgpppgp" +
	"epjpeppeekgfppcppgjfgppnik" +
	"ennhchjjdnpikldjpgfihlpphp" +
	"fkgfhhhjipjggdlimdeflhjgjk" +
	"emopffppdppepldkpfkfepopkp" +
	"eooobljfeppgjfhopfgiipppjp" +
	"clmjcpmmepoiloempgkfmppphp" +
	"gkfgeigplpifgcfjphfejhplpi" +
	"cnnncnnnjnnnnndfnndngnlnnn" +
	"elpjcoopeppgphdophegiplppp" +
	"elkhcjkpdpkemjdlpnghfmopgp" +
	"dhmncopndppkgkefpniohpppkp" +
	"eofeejenfojjmifnpmfcikpojk" +
	"higghiiphphegdhgpdfffigjnk" +
	"cnnidnpggpofliegpehghpppjp" +
	"mmmmmmmmmmmfmmmmmkmmakmmkm" +
	"eligcjjlepjjhgekphgfhhkpgi" +
	"fpgkdipgepiiikggmofcgkipki" +
	"enkmclpedoljjkekpefhgplphp" +
	"hhhhehiphjifedjgpdffpppjpm" +
	"cpppbpppdpppppepppppgppppp" +
	"fpmpenoccppllfekpfflnpopgp" +
	"dpipfjppfpppipiiplpapppphp" +
	"gkfifmkmgoofgfhdogcelojpnk" +
	"dnnpcpgmdppgpgdppppnfpgpfn"

// strange reports whether the letters of many Latin words follow each other as in no
// language: each stands for another one. Texts in eleven languages, lists of medicines
// and names of many countries have 4 to 6.5 for a pair, exchanged letters 7.2 or more.
func strange(words []core.Word) bool {
	const enough, most = 40, 7
	pairs, sum := 0, 0
	for _, w := range words {
		for _, text := range strings.FieldsFunc(strings.ToLower(w.Text), func(r rune) bool { return r < 'a' || r > 'z' }) {
			if len(text) < 4 {
				continue
			}
			for i := range len(text) - 1 {
				sum += int(follows[26*int(text[i]-'a')+int(text[i+1]-'a')] - 'a')
			}
			pairs += len(text) - 1
		}
	}
	return pairs >= enough && sum > most*pairs
}
