public import DecodingCore

/// Generates with a byte-level verifier, several bytes at a time with the help of a drafter.
///
/// Under the rule of acceptance `exact` the output is the verifier's: byte for byte what decoding
/// with `drafting: .never` gives, whatever the drafter, the draft length and the number of threads.
/// The decoder is immutable; each call makes sessions of its own, so one decoder may be used from
/// several tasks at once.
public struct SpeculativeDecoder<Drafter: DrafterModel, Verifier: VerifierModel>: Sendable {
  /// Proposes bytes; without one, decoding is plain.
  public let drafter: Drafter?

  /// Decides bytes.
  public let verifier: Verifier

  /// What a generation does where its call does not say otherwise.
  public var options: DecodingOptions

  /// Joins two models.
  public init(drafter: Drafter?, verifier: Verifier, options: DecodingOptions = DecodingOptions()) {
    self.drafter = drafter
    self.verifier = verifier
    self.options = options
  }

  /// Generates on the calling thread and returns when done.
  ///
  /// - Parameters:
  ///   - prompt: a text, or raw bytes; if empty, `options.startByte` is consumed in its place.
  ///   - maxBytes: how many bytes to generate at most; nil as in `options`, and so for what follows.
  ///   - sampling: how each byte is drawn.
  ///   - drafting: how far the drafter runs ahead; `.never` for plain decoding.
  ///   - observer: told of progress and of bytes as they are decided; may stop the generation.
  /// - Throws: `DecodingError` when an option is out of range or a model gives a logit that is
  ///   not a number.
  public func decode(
    _ prompt: some DecodingPrompt, maxBytes: Int? = nil, sampling: SamplingOptions? = nil,
    drafting: DraftLength? = nil,
    observer: (DecodingEvent) -> DecodingControl = { _ in .proceed }
  ) throws(DecodingError) -> DecodingResult {
    var generation = try generation(
      prompt.promptBytes, options.with(maxBytes, sampling, drafting))
    return try generation.run(observer: observer)
  }

  /// Decodes a prompt with the drafter, then plainly, and compares time and output.
  ///
  /// Parameters and errors as of `decode`.
  public func compare(
    _ prompt: some DecodingPrompt, maxBytes: Int? = nil, sampling: SamplingOptions? = nil
  ) throws(DecodingError) -> DecodingComparison {
    DecodingComparison(
      speculative: try decode(prompt, maxBytes: maxBytes, sampling: sampling),
      plain: try decode(prompt, maxBytes: maxBytes, sampling: sampling, drafting: .never))
  }

  /// Begins a generation.
  ///
  /// - Parameter companions: how many generations share each pass, this one included.
  package func generation(
    _ prompt: [UInt8], _ options: DecodingOptions, companions: Int = 1,
    clock: DecodingClock = .continuous
  ) throws(DecodingError) -> Generation<Drafter.Session, Verifier.Session> {
    // Also what the call replaces: it is somebody's mistake.
    try self.options.validate()
    try options.validate()
    return Generation(
      drafter: drafter?.makeSession(), verifier: verifier.makeSession(), prompt: prompt,
      options: options, companions: companions, clock: clock)
  }
}

extension SpeculativeDecoder where Drafter == NoDrafter {
  /// A decoder that decodes plainly.
  public init(verifier: Verifier, options: DecodingOptions = DecodingOptions()) {
    self.init(drafter: nil, verifier: verifier, options: options)
  }
}

/// What a generation begins with: a text, or raw bytes.
public protocol DecodingPrompt: Sendable {
  /// The bytes that are consumed; those of a text are its UTF-8.
  var promptBytes: [UInt8] { get }
}

extension String: DecodingPrompt {
  /// The text in UTF-8.
  public var promptBytes: [UInt8] { Array(utf8) }
}

extension Array: DecodingPrompt where Element == UInt8 {
  /// The bytes themselves.
  public var promptBytes: [UInt8] { self }
}
