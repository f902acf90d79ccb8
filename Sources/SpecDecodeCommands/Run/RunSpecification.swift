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
      Option("--save-state", "FILE", "keep what the generation has come to, to go on with later"),
      Option("--load-state", "FILE", "go on from there; --prompt, if given, is read first"),
      Option("--override-sampling", nil, "let options given here replace those of the state"),
      Option("--interactive", nil, "a prompt a line from standard input; Ctrl-C stops an output"),
      Option("--highlight", nil, "colours: accepted bytes green, corrections yellow"),
      Option("--show-rejected", nil, "show the drafted bytes that were thrown away, too"),
      Option("--json", "PATH|-", "the report as JSON; with - standard output holds it alone"),
      Option("--quiet", nil, "no progress, notes or report on standard error"),
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

      With --highlight accepted bytes are green, those that corrected a draft yellow, and those
      that the verifier wrote where nothing was drafted as they are. --show-rejected puts rejected
      bytes, struck through, before what stands in their place. NO_COLOR takes away the colours,
      and puts [-rejected bytes-] in brackets. Both change what goes to standard output.

      A state has the verifier's memory of all the text, the position and the sampler's options;
      it needs the same verifier, but any drafter. The next bytes are those that a longer run
      would have written. Options of the sampler are those of the state. Given here, they are free
      as long as nothing was generated (--max-bytes 0 reads a prompt only); after that others than
      the state's are an error, unless --override-sampling says that they are meant.

      --interactive reads prompts from standard input, a line each, with the models loaded once.
      Each begins anew, from nothing or from --load-state, and each output ends with a newline.
      At a terminal Ctrl-C stops an output; Ctrl-D, or Ctrl-C once more, leaves. From a file or a
      pipe an empty line is an empty prompt, and Ctrl-C leaves.
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
      Example(
        "read a long text once",
        "specdecode run --prompt-file book.txt --max-bytes 0 --save-state book.state"),
      Example(
        "go on from it, with any seed",
        "specdecode run --load-state book.state --temperature 0.8 --seed 2"),
      Example("a prompt a line", "specdecode run --interactive --temperature 0.7"),
      Example("only the measurements", "specdecode run --json - | jq .speedup"),
    ])
}
