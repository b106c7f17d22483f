package written

import (
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// narrative writes the text of a section.
func (c *cda) narrative(n *node) {
	for _, k := range n.kids {
		c.block(k)
	}
	if len(c.w.line.text) > 0 {
		c.w.newline()
	}
}

// block writes an element of the text, and what is in it.
func (c *cda) block(n *node) {
	before := c.form
	defer func() { c.form = before }()
	if strings.Contains(strings.ToLower(n.attr("styleCode")), "strike") || n.attr("revised") == "delete" {
		c.form.struck = true
	}
	switch n.name {
	case "":
		c.chars(n.text)
	case "br":
		c.w.newline()
	case "paragraph", "caption", "item", "title":
		c.ownLine()
		c.inside(n)
		c.ownLine()
	case "list":
		c.list(n)
	case "table":
		c.table(n)
	case "sup", "sub":
		c.form.raised, c.form.lowered = n.name == "sup", n.name == "sub"
		c.inside(n)
	case "footnote":
		c.w.say("[footnote: ")
		c.inside(n)
		c.w.say("]")
	case "renderMultiMedia":
		c.w.leave(core.Unread{Kind: core.UnreadPicture, Message: "A picture of this document was not read. Print it to PDF in the program it comes from and upload that."})
	default: // content, linkHtml, ...
		c.inside(n)
	}
}

func (c *cda) inside(n *node) {
	for _, k := range n.kids {
		c.block(k)
	}
}

// chars writes text, in which white space of any length is one space.
func (c *cda) chars(text string) {
	words := strings.Join(strings.Fields(text), " ")
	if text != "" && strings.TrimLeft(text, " \t\r\n") != text && len(c.w.line.text) > 0 {
		words = " " + words
	}
	if words != "" && strings.TrimRight(text, " \t\r\n") != text && words != " " {
		words += " "
	}
	c.w.put(words, c.form)
}

// ownLine ends a line that has something on it.
func (c *cda) ownLine() {
	if len(c.w.line.text) > 0 || c.w.script.text != "" {
		c.w.newline()
	}
}

func (c *cda) list(n *node) {
	number := 0
	for _, item := range n.kids {
		c.ownLine()
		if item.name == "item" && n.attr("listType") == "ordered" {
			number++
			c.w.put(fmt.Sprintf("%d. ", number), form{})
			c.inside(item)
		} else if item.name != "" {
			c.block(item)
		}
		c.ownLine()
	}
}

func (c *cda) table(n *node) {
	c.ownLine()
	if caption := n.one("caption"); caption != nil {
		c.block(caption)
	}
	for _, part := range append([]*node{n}, n.kids...) {
		if part != n && part.name != "thead" && part.name != "tbody" && part.name != "tfoot" {
			continue
		}
		for _, row := range part.all("tr") {
			c.row(row)
		}
	}
	c.w.row()
	c.w.endTable()
}

func (c *cda) row(row *node) {
	c.w.inRow = true
	for _, cell := range row.kids {
		if cell.name != "td" && cell.name != "th" {
			continue
		}
		c.block(&node{name: "content", attrs: cell.attrs, kids: cell.kids})
		columns, _ := strconv.Atoi(cell.attr("colspan"))
		c.w.cell(max(1, columns))
	}
	c.w.row()
	c.w.inRow = false
}
