public import SpecDecode

extension SpeculativeDecoder where Drafter == SubwordDrafter, Verifier == ByteVerifier {
  /// Loads the pair that comes with the package.
  ///
  /// - Parameters:
  ///   - device: what computes. Changes the speed, never the output.
  ///   - options: what a generation does where its call does not say otherwise.
  /// - Throws: `BundledModelsError` where the pair is not found, `DecoderError` where it cannot be
  ///   loaded.
  public static func bundled(
    on device: ComputeDevice = .cpu(), options: DecodingOptions = DecodingOptions()
  ) throws -> MambaDecoder {
    let pair = try BundledModels.pair()
    return try MambaDecoder(
      verifier: pair.verifier, drafter: pair.drafter, on: device, options: options)
  }
}
