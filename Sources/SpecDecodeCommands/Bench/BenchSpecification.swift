extension CommandSpecification {
  static let bench = CommandSpecification(
    name: "bench",
    summary: "measure the speedup over plain decoding on many prompts, with intervals",
    options: [
      Option("--prompts", "FILE|DIR", "prompts as JSON Lines, or files (default: built in)"),
      Option("--max-bytes", "N", "bytes of each generation (default 256)"),
      Option("--draft-tokens", "LIST", "lengths to compare, as in 1,2,4,auto (default auto)"),
      Option("--temperature", "LIST", "temperatures to compare, as in 0,1 (default 0)"),
      Option("--acceptance", "LIST", "exact, rejection, top-beta:N, top-beta:N:boundary"),
      Option("--top-k", "LIST", "numbers of bytes to keep, to compare (default: all)"),
      Option("--top-p", "LIST", "probabilities to keep, to compare (default: all)"),
      Option("--min-p", "LIST", "shares of the largest probability, to compare (default: 0)"),
      Option("--verifier", "DIR", "the byte-level model that decides (default: the bundled one)"),
      Option("--drafter", "LIST", "folders of drafters to compare (default: the bundled one)"),
      Option("--target-interval", "SHARE", "end when intervals are this narrow (default 0.05)"),
      Option("--time-budget", "SECONDS", "end when this is spent (default 120)"),
      Option("--repetitions", "N", "decode each prompt at most so often (default 20)"),
      Option("--twice", nil, "compare each configuration with itself: what noise alone gives"),
      Option("--seed", "N", "of order, noise and bootstrap (default 0)"),
      Option("--shard", "I/N", "every N-th prompt from the I-th; report merges the files"),
      Option("--threads", "N", "threads of each model (default: the cores it may use)"),
      Option("--start-byte", "N", "what an empty prompt stands for (default 10, a newline)"),
      Option("--output", "RUN.jsonl", "every sample, as docs/benchmark-format.md says"),
      Option("--json", "PATH|-", "the summary as JSON; with - standard output holds it alone"),
      Option("--quiet", nil, "no progress on standard error"),
    ],
    discussion: """
      Each prompt is decoded plainly and with every configuration, one after another in random
      order, again and again in rounds over all prompts, after a warm-up that does not count. A
      speedup is the ratio of the sums over prompts of seconds a byte, prefill out, of each prompt
      the median over its repetitions; the 95 % interval is a bootstrap over prompts. Measuring
      ends when half of every interval is at most --target-interval of its ratio, or when the time
      is spent; the first round over the prompts may be cut by the time, too.

      Lists have commas between their entries; all combinations are measured in one run. Every
      output is compared with the plain one. Should one differ though the acceptance is exact, the
      exit status is 1.

      A line of --prompts has "text", or "base64" for what is no text, and may have "id" and
      "category". In a folder each file is a prompt; the folders in it are categories.

      Ctrl-C ends the run and reports what was measured.
      """,
    examples: [
      Example("the bundled models in two minutes", "specdecode bench"),
      Example(
        "which draft length is best, and keep the samples",
        "specdecode bench --draft-tokens 1,2,4,8,auto --output run.jsonl"),
      Example(
        "the second of four parts, for a cluster",
        "specdecode bench --shard 2/4 --output part2.jsonl"),
      Example(
        "only the speedup", "specdecode bench --json - | jq .configurations[1].overall.speedup"),
    ])
}
