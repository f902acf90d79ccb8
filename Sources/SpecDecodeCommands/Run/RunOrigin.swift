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
    guard let path = request.loadState else {
      state = nil
      options = request.options
      return
    }
    let state = try StateFile.read(path)
    var options = request.options
    options.sampling = try Self.sampling(request, after: state, in: path)
    self.options = options
    self.state = state
    do {
      _ = try start([])
    } catch .savedState(let error) {
      throw StateFileError(path: path, error: error)
    }
  }

  /// Begins a generation with a prompt.
  func start(
    _ prompt: [UInt8]
  ) throws(DecodingError) -> GenerationStart<ByteVerifierSession> {
    if let state { return try GenerationStart(state, prompt: prompt, verifier: verifier) }
    return GenerationStart(
      session: verifier.makeSession(), prompt: prompt, startByte: options.startByte)
  }

  /// Bytes that the verifier consumes before the first one it decides.
  func promptCount(_ prompt: [UInt8]) -> Int {
    state.map { $0.pendingBytes.count + prompt.count } ?? max(prompt.count, 1)
  }

  private static func sampling(
    _ request: RunRequest, after state: DecodingState, in path: String
  ) throws -> SamplingOptions {
    let sampling = try request.sampling(changing: state.sampling)
    guard sampling == state.sampling || state.position == 0 || request.overridesSampling else {
      throw CommandError.unexpectedContents(
        path: path,
        found: "was drawn with \(describe(state.sampling)), not with \(describe(sampling))",
        remedy: "leave these options out to go on as before, or add --override-sampling")
    }
    return sampling
  }

  private static func describe(_ sampling: SamplingOptions) -> String {
    "temperature \(sampling.temperature) and seed \(sampling.seed)"
  }
}
