public import DecodingCore

/// Generates with a byte-level verifier, several bytes at a time with the help of a drafter.
///
/// The output is the verifier's: byte for byte what `decodePlainly` gives, whatever the drafter,
/// the draft length and the number of threads. The decoder is immutable; each call makes sessions
/// of its own, so one decoder may be used from several tasks at once.
public struct SpeculativeDecoder<Drafter: DrafterModel, Verifier: VerifierModel>: Sendable {
  /// Proposes bytes.
  public let drafter: Drafter

  /// Decides bytes.
  public let verifier: Verifier

  /// What each generation does.
  public var options: DecodingOptions

  /// Joins two models.
  public init(drafter: Drafter, verifier: Verifier, options: DecodingOptions = DecodingOptions()) {
    self.drafter = drafter
    self.verifier = verifier
    self.options = options
  }

  /// Generates on the calling thread and returns when done.
  ///
  /// - Parameters:
  ///   - prompt: raw bytes; if empty, `options.startByte` is consumed in its place.
  ///   - observer: told of progress and of bytes as they are decided; may stop the generation.
  /// - Throws: `DecodingError` when an option is out of range or a model gives a logit that is
  ///   not a number.
  public func decode(
    prompt: [UInt8], observer: (DecodingEvent) -> DecodingControl = { _ in .proceed }
  ) throws(DecodingError) -> DecodingResult {
    try options.validate()
    var generation = SpeculativeGeneration(
      drafter: drafter.makeSession(), verifier: verifier.makeSession(), prompt: prompt,
      options: options)
    return try generation.run(observer: observer)
  }

  /// Generates byte by byte with the verifier alone: the baseline of every speedup.
  ///
  /// Parameters and errors as of `decode`.
  public func decodePlainly(
    prompt: [UInt8], observer: (DecodingEvent) -> DecodingControl = { _ in .proceed }
  ) throws(DecodingError) -> DecodingResult {
    try options.validate()
    var generation = PlainGeneration(
      verifier: verifier.makeSession(), prompt: prompt, options: options)
    return try generation.run(observer: observer)
  }
}
