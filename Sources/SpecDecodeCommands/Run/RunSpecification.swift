extension CommandSpecification {
  static let run = CommandSpecification(
    name: "run",
    summary: "write with the two models, and measure the speedup over plain decoding",
    options: [
      Option("--prompt", "TEXT", "what to go on from; may be empty (default: a built-in sentence)"),
      Option("--prompt-file", "PATH", "the prompt's bytes from a file; - is standard input"),
      Option("--max-bytes", "N", "how many bytes to write (default 512)"),
      Option("--temperature", "T", "0 takes the likeliest byte, 1 samples the model (default 0)"),
      Option("--seed", "N", "fixes the output at a temperature above 0 (default 0)"),
      Option("--samples", "N", "write N outputs, with the seeds S, S+1, ... (default 1)"),
      Option("--verifier", "DIR", "the byte-level model that decides (default: the bundled one)"),
      Option("--drafter", "DIR", "the subword model that guesses (default: the bundled one)"),
      Option("--draft-tokens", "N|auto", "tokens guessed a round; auto: as many as pay (default)"),
      Option("--no-draft", nil, "decode plainly, without a drafter"),
      Option("--no-baseline", nil, "do not measure plain decoding afterwards"),
      Option("--threads", "N", "threads of each model (default: the cores it may use)"),
      Option("--start-byte", "N", "what an empty prompt stands for (default 10, a newline)"),
      Option("--highlight", nil, "accepted bytes in green; NO_COLOR switches it off"),
      Option("--json", "PATH|-", "the report as JSON; with - standard output holds it alone"),
    ],
    discussion: """
      The output goes to standard output as it is decided; everything else goes to standard
      error. The verifier decides every byte: drafter, draft length and threads change the
      speed, never the output. After it, plain decoding of the same prompt is timed and both
      outputs are compared; should they differ, the exit status is 1.

      Unless --threads says otherwise, there are as many threads as physical cores in the affinity
      mask, or fewer where the control group's quota pays for fewer. While other programs keep
      cores busy, some of the threads rest.

      Ctrl-C stops between two rounds and reports what was done; a second one ends at once.
      """,
    examples: [
      Example("see what the bundled models do", "specdecode run"),
      Example(
        "see which bytes were guessed",
        "specdecode run --highlight --prompt \"The door opened and\""),
      Example(
        "three different endings, without the comparison",
        "specdecode run --temperature 0.8 --samples 3 --no-baseline"),
      Example(
        "continue a file, keep output and measurements",
        "specdecode run --prompt-file chapter.txt --json run.json > next.txt"),
      Example("only the measurements", "specdecode run --json - | jq .speedup"),
    ])
}
