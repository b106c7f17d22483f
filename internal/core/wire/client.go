package wire

// PieceBytes is how much of a large file is sent and acknowledged at a time.
const PieceBytes = 1 << 20
