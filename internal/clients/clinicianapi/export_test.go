package clinicianapi

// SetMaxJSON lowers the limit on answers.
func (c *Client) SetMaxJSON(n int64) { c.maxJSON = n }
