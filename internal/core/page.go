package core

// PageImage is the picture of one page as handed to an engine or shown to
// people. It is held in memory and never written to disk.
type PageImage struct {
	Data   []byte
	Format string // FormatGray, or "png" or "jpeg": a file
	Width  int
	Height int
	Steps  []string // what was done to it, for the result
	Scale  float64  // its pixels for each of the page as drawn; 0: 1
	Skew   float64  // degrees by which the page's lines fell to the right before it was straightened

	Unread []Unread // what it should show and does not: pictures that are damaged or end early

	Rules []Box // ruled lines that were removed from it: what touches one may have lost a stroke
	Faint []Box // where its ink was faint before the background was evened

	Sideways int // the clockwise turn (90 or 270) that seems to put lines level which run up or down the page; 0: none does
}

// FormatGray are pixels of 8 bits without a head: Height rows of Width, 0 is
// black. Between processes of one machine it is the cheapest form.
const FormatGray = "gray"

// Gray gives the pixels of a picture in FormatGray; false for other formats, for
// an empty picture and for one whose size is not what it says.
func (p PageImage) Gray() ([]byte, bool) {
	ok := p.Format == FormatGray && p.Width > 0 && p.Height > 0 && len(p.Data) == p.Width*p.Height
	if !ok {
		return nil, false
	}
	return p.Data, true
}

// ImageRequest says how a page should be drawn.
type ImageRequest struct {
	DPI      int    // 0: 300 for reading
	MaxWidth int    // scale down to at most this many pixels; 0: no limit
	Colour   bool   // false: grey
	Rotate   int    // clockwise, 0, 90, 180 or 270
	ForOCR   bool   // background, contrast, deskew, upscaling where they help; recorded in Steps. Implies FormatGray
	Format   string // FormatGray, for a grey page; "": PNG
	Ink      []Box  // see Page.Ink: only these parts are drawn, without the page's own words; nil: all of it
}

// Suspect is a word of a page that is worth a second reading.
type Suspect struct {
	Word int // index into Page.Words

	// Fits says of a text whether it may stand in the place of the word; nil: no
	// text is likelier there than another.
	Fits func(text string) bool
}

// EngineInfo says what an engine is and can do.
type EngineInfo struct {
	Name      string   // "tesseract"
	Version   string   // "5.3.0"
	Model     string   // what it reads with, where one engine serves many
	Languages []string // installed, sorted; none: it does not say, and any is tried
	Device    string   // "cpu", where it is always the same; "": see ReadRequest.Ran
	Note      string   // what an operator should know, such as why it does not run on a better device
}

// ReadRequest says how an engine should read a page.
type ReadRequest struct {
	Language     string       // "eng", "eng+deu"; "": the engine's default
	Segmentation Segmentation // what the picture holds
	// Digits says that what stands there is numbers: digits, points and commas. It is
	// a hint, which engines may ignore; what is read may still hold other characters.
	Digits bool

	// Ran, when there is one, is told on what the engine ran this page, where the
	// engine says so: behind one address may be several machines.
	Ran func(device string)
}

// Segmentation says what a picture holds that is to be read, where that is known:
// then the engine need not find out. Each engine translates it into its own terms;
// one that has none for it reads the picture as a page.
type Segmentation string

const (
	SegmentPage   Segmentation = ""       // a page of any kind: the engine finds its columns and blocks
	SegmentColumn Segmentation = "column" // one column of text of changing sizes; cells that stand far apart in a row belong together
	SegmentTable  Segmentation = "table"  // rows of cells, read row by row
	SegmentBlock  Segmentation = "block"  // lines of one size below each other
	SegmentLine   Segmentation = "line"   // a single line, which fills the picture but for a margin
	SegmentWord   Segmentation = "word"   // a single word, likewise
	SegmentSparse Segmentation = "sparse" // words anywhere; the order they are given in means nothing
)
