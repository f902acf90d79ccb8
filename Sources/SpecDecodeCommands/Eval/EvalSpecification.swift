extension CommandSpecification {
  static let eval = CommandSpecification(
    name: "eval",
    summary: "bits per byte of a model on files",
    arguments: ["MODEL", "FILE"],
    repeatsLastArgument: true,
    options: [
      Option("--context", "BYTES", "start the model anew after so many bytes (default: never)"),
      Option("--by-position", nil, "also a table by how many bytes came before"),
      Option("--shard", "I/N", "every N-th piece from the I-th; a piece is a file, or a context"),
      Option("--merge", nil, "MODEL and FILE are reports of shards (--json): add them up"),
      Option("--threads", "N", "threads (default: the cores it may use)"),
      Option("--json", "PATH|-", "the report as JSON; with - standard output holds it alone"),
      Option("--quiet", nil, "no progress on standard error"),
    ],
    discussion: """
      A model is the folder of a checkpoint; FILE - is standard input. A byte-level model predicts
      each byte. A subword model, one with a tokenizer.json, predicts each token of the
      tokenizer's own division of the file, and its bits are divided by the bytes: an upper bound
      of what it needs, for other divisions of the same bytes have a probability too. Before the
      first byte the model has read one newline. The state is carried on through the whole file,
      however long.

      Bits are added up as whole numbers of 2^-24 bits, so shards that were measured apart add up
      to exactly what one run gives.
      """,
    examples: [
      Example("how well a verifier knows a book", "specdecode eval verifier emma.txt"),
      Example(
        "does it use a long context?", "specdecode eval verifier emma.txt --by-position"),
      Example(
        "the first of two parts, and both together",
        "specdecode eval verifier a.txt b.txt --shard 1/2 --json 1.json && "
          + "specdecode eval --merge 1.json 2.json"),
    ])
}
