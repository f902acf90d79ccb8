import BundledModels
import DecodingCore
import Measuring
import Reporting
import SpecDecode
import Verifier

extension Throughput {
  /// Continuations of a prompt, of which half, or nothing, is shared: scored together, and some of
  /// them one by one, byte by byte.
  static func measureScoring(
    continuations count: Int, batches: [Int], bytes: Int, rounds: Int
  ) throws {
    let decoder = try SpeculativeDecoder.bundled()
    let prompts = try PromptFile.builtIn().map { Array($0.bytes) }
    let text = prompts.flatMap { $0 }
    let state = try decoder.read(prompts[0])
    let aloneCount = min(count, 20)
    print("shared  batch  bytes/s: one by one, together (medians)  ratio  identical")
    for shared in [bytes / 2, 0] {
      let beginning = Array(text.prefix(shared))
      let all = (0..<count).map { index in
        let start = (index * 7919) % (text.count - bytes)
        // The first byte that is not shared differs, and the two after it.
        let own = [UInt8(index & 0xFF), UInt8(index >> 8 & 0xFF)] + text[start..<start + bytes]
        return beginning + own.prefix(bytes - shared)
      }
      for batch in batches {
        var (alone, together): ([Double], [Double]) = ([], [])
        var isIdentical = true
        for _ in 0..<rounds {
          var single: [[Double]] = []
          alone.append(
            try Stopwatch.seconds {
              single = try all.prefix(aloneCount).map {
                try byteByByte($0, after: state, decoder.verifier)
              }
            } / Double(aloneCount * bytes))
          var scores: [ContinuationScore] = []
          together.append(
            try Stopwatch.seconds {
              scores = try decoder.score(all, after: state, batchSize: batch)
            } / Double(count * bytes))
          isIdentical =
            isIdentical && scores.prefix(aloneCount).map(\.logProbabilities) == single
        }
        let (one, many) = (1 / median(alone), 1 / median(together))
        print(
          shared, batch, NumberText.fixed(one, digits: 0), NumberText.fixed(many, digits: 0),
          NumberText.fixed(many / one, digits: 2) + "x", isIdentical ? "yes" : "NO",
          separator: "  ")
      }
    }
  }

  private static func byteByByte(
    _ continuation: [UInt8], after state: DecodingState, _ verifier: ByteVerifier
  ) throws -> [Double] {
    let session = verifier.makeSession()
    try session.restore(state.verifierState)
    var logits = [Float](repeating: 0, count: 256)
    var last = state.pendingBytes[0]
    return try continuation.map { byte in
      try session.step(last)
      last = byte
      try session.copyLogits(after: 0, into: &logits)
      return LogSoftmax.value(of: byte, in: logits)
    }
  }
}
