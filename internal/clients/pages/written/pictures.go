package written

import "fmt"

// Picture is a file of a picture within a document, and the page of text it stands on,
// numbered from 1.
type Picture struct {
	Content []byte
	Page    int
}

// maxPictures bounds how many pictures of one document are taken.
const maxPictures = 500

// pictures keeps those of one document, each file once.
type pictures struct {
	list   []Picture
	number map[string]int // of a picture, by what names it in the file
}

// aside gives a writer of what stands beside the text, on the same page.
func (w *writer) aside() *writer { return &writer{pics: w.pics, before: w.before + len(w.pages)} }

// picture writes that a picture stands here, and keeps it. name is what the file calls
// it; "" when it is not named. load is asked once for each name; what it cannot give is
// a part that is not read.
func (w *writer) picture(name string, load func() []byte) {
	p := w.pics
	if p == nil {
		return
	}
	n := p.number[name]
	if n == 0 {
		var content []byte
		if len(p.list) < maxPictures {
			content = load()
		}
		if content == nil {
			w.skip("picture")
			return
		}
		p.list = append(p.list, Picture{Content: content, Page: w.before + len(w.pages) + 1})
		if n = len(p.list); name != "" {
			if p.number == nil {
				p.number = map[string]int{}
			}
			p.number[name] = n
		}
	}
	w.endScript("")
	w.say(fmt.Sprintf("[picture %d]", n))
}
