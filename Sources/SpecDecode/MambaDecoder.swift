public import Drafter
public import Foundation
public import MambaDevices
public import SpeculativeDecoding
public import Verifier

/// A decoder of Mamba models: a MambaByte verifier, and a subword drafter if there is one.
public typealias MambaDecoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>

extension SpeculativeDecoder where Drafter == SubwordDrafter, Verifier == ByteVerifier {
  /// Loads the models.
  ///
  /// - Parameters:
  ///   - verifier: the directory of a byte-level checkpoint.
  ///   - drafter: the directory of a subword checkpoint and its tokenizer; without one, decoding is
  ///     plain.
  ///   - device: what computes. Changes the speed, never the output.
  ///   - drafterDevice: what computes the drafter; nil for the same.
  ///   - options: what a generation does where its call does not say otherwise.
  /// - Throws: `DecoderError`.
  public init(
    verifier: URL, drafter: URL? = nil, on device: ComputeDevice = .cpu(),
    drafterOn drafterDevice: ComputeDevice? = nil, options: DecodingOptions = DecodingOptions()
  ) throws(DecoderError) {
    let loaded: (drafter: SubwordDrafter?, verifier: ByteVerifier)
    do {
      loaded.verifier = try ByteVerifier(contentsOf: verifier, on: device)
    } catch {
      throw .verifier(error)
    }
    do {
      loaded.drafter = try drafter.map { url throws(DrafterError) in
        try SubwordDrafter(contentsOf: url, on: drafterDevice ?? device)
      }
    } catch {
      throw .drafter(error)
    }
    self.init(drafter: loaded.drafter, verifier: loaded.verifier, options: options)
  }
}

/// Why a decoder could not be loaded.
public enum DecoderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The verifier could not.
  case verifier(VerifierError)

  /// The drafter could not.
  case drafter(DrafterError)

  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .verifier(let error): error.description
    case .drafter(let error): error.description
    }
  }
}
