import DecodingCore
import SpeculativeDecoding
import Verifier

/// What the generations of a run begin from: nothing or a saved generation, and with which options.
struct RunOrigin {
  /// The options, with a saved generation's sampler unless the command line has its own.
  let options: DecodingOptions
  private let verifier: ByteVerifier
  private let state: DecodingState?

  /// Reads the state, if one is named, and checks that it is the verifier's.
  ///
  /// - Throws: `StateFileError`, or `CommandError` when the command line contradicts the state.
  init(_ request: RunRequest, verifier: ByteVerifier) throws {
    self.verifier = verifier
    state = try request.loadState.map(StateFile.read)
    options = try state.map { try Self.options(request, after: $0) } ?? request.options
    if state != nil {
      _ = try StateFile.naming(request.loadState) { () throws(DecodingError) in try start([]) }
    }
  }

  /// Begins a generation with a prompt.
  func start(
    _ prompt: [UInt8]
  ) throws(DecodingError) -> GenerationStart<ByteVerifierSession> {
    try GenerationStart(
      after: state, prompt: prompt, startByte: options.startByte, verifier: verifier)
  }

  /// Bytes that the verifier consumes before the first one it decides.
  func promptCount(_ prompt: [UInt8]) -> Int {
    state.map { $0.pendingBytes.count + prompt.count } ?? max(prompt.count, 1)
  }

  private static func options(
    _ request: RunRequest, after state: DecodingState
  ) throws -> DecodingOptions {
    var options = request.options
    options.sampling = request.sampling(changing: state.sampling)
    let narrows = options.keepsValidUTF8 && !state.keepsValidUTF8
    options.keepsValidUTF8 = options.keepsValidUTF8 || state.keepsValidUTF8
    let isSame = options.sampling == state.sampling && !narrows
    guard isSame || state.position == 0 || request.overridesSampling else {
      throw CommandError.unexpectedContents(
        path: request.loadState ?? "",
        found: "was drawn with \(describe(state.sampling)), not with "
          + describe(options.sampling) + (narrows ? " and --valid-utf8" : ""),
        remedy: "leave these options out to continue as before, or add --override-sampling")
    }
    return options
  }

  private static func describe(_ sampling: SamplingOptions) -> String {
    let filters = [
      sampling.topK.map { "top-k \($0)" }, sampling.topP.map { "top-p \($0)" },
      sampling.minP.map { "min-p \($0)" },
    ].compactMap { $0.map { ", \($0)" } }.joined()
    return "temperature \(sampling.temperature)\(filters) and seed \(sampling.seed)"
  }
}
