import Checkpoint
public import DecodingCore
public import Foundation
public import Mamba
public import MambaDevices

/// MambaByte: a Mamba language model over raw bytes, which decides what is generated.
public struct ByteVerifier: VerifierModel {
  package let model: MambaModel
  private let stored: StoredModel

  /// Loads a checkpoint.
  ///
  /// - Parameters:
  ///   - directory: holds `config.json` of transformers or of state-spaces/mamba, and
  ///     `model.safetensors` or `pytorch_model.bin`, or an index and its shards.
  ///   - device: what computes. Changes the speed, never the output.
  /// - Throws: `VerifierError`.
  public init(contentsOf directory: URL, on device: ComputeDevice = .cpu()) throws(VerifierError) {
    do {
      stored = try StoredModel(contentsOf: directory)
    } catch {
      throw .model(error)
    }
    let configuration = stored.configuration
    guard configuration.tokenCount == 256 else {
      throw .notByteLevel(
        directory: directory.path, vocabularySize: configuration.tokenCount)
    }
    // Rows of padding are left out, so that none of them can be sampled.
    let isPadded = configuration.vocabularySize > configuration.tokenCount
    do {
      model = try stored.load(
        on: device, ModelRequest(tokens: isPadded ? Array(0..<256) : nil))
    } catch {
      throw .model(error)
    }
  }

  /// A session that has consumed nothing.
  public func makeSession() -> ByteVerifierSession {
    ByteVerifierSession(model: model)
  }

  /// What computes the model.
  public var device: DeviceDescription { model.device }

  /// Memory that the weights take as packed, in bytes.
  public var weightByteCount: Int { model.weightByteCount }
}

extension ByteVerifier: RestorableVerifier {
  /// A digest of everything that decides the model's logits.
  ///
  /// - Complexity: the first time all of the weights' files are read; they are kept open for it.
  public func fingerprint() throws(SavedStateError) -> [UInt8] {
    do {
      return try stored.fingerprint().bytes
    } catch {
      throw .unreadableModel(reason: "\(error)")
    }
  }
}

/// A verifier's recurrent state during one generation. Used by one thread at a time.
///
/// Rolling back replays the scans from the start of the last window; its cost does not depend on
/// what was consumed before.
public final class ByteVerifierSession: VerifierSession {
  private let session: MambaSession
  /// The bytes of a pass as the model's tokens.
  private var tokens: [Int] = []

  init(model: MambaModel) {
    session = MambaSession(model: model)
  }

  /// The most bytes that `verify` takes at once.
  public var windowLimit: Int { session.windowLimit }

  /// What a pass costs by its number of positions, in steps.
  public var passCosts: [Double] { session.model.passCosts }

  /// Bytes of weights that a step reads.
  public var stepByteCount: Int? { session.model.weightByteCount }

  /// Consumes bytes without computing logits.
  public func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: Self.chunkLimit) {
      setTokens(bytes[start..<min(start + Self.chunkLimit, bytes.endIndex)])
      try consumeTokens(logits: nil)
    }
  }

  /// Consumes a byte for good and keeps the logits after it.
  public func step(_ byte: UInt8) throws(DecodingError) {
    setTokens(CollectionOfOne(byte))
    try consumeTokens(logits: 0..<256)
  }

  /// Consumes a window in one pass and keeps the logits after each of its bytes.
  public func verify(_ window: [UInt8]) throws(DecodingError) {
    setTokens(window)
    session.computeLogits(of: tokens)
  }

  /// Copies the logits that follow byte `index` of the last window.
  ///
  /// - Throws: `DecodingError.nonFiniteLogit`.
  public func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError) {
    do {
      try session.checkLogits(after: index)
    } catch {
      throw DecodingError(error, model: "verifier")
    }
    session.copyLogits(after: index, into: &logits)
  }

  /// Forgets the bytes of the last window from `count` on.
  public func rollBack(toFirst count: Int) {
    session.rollBack(toFirst: count)
  }

  /// Bytes that are turned into tokens at a time.
  private static let chunkLimit = 4096

  private func setTokens(_ bytes: some Sequence<UInt8>) {
    tokens.removeAll(keepingCapacity: true)
    for byte in bytes { tokens.append(Int(byte)) }
  }

  private func consumeTokens(logits rows: Range<Int>?) throws(DecodingError) {
    do {
      try session.consume(tokens[...], logits: rows)
    } catch {
      throw DecodingError(error, model: "verifier")
    }
  }

  /// The state after what was consumed, to compare bit by bit.
  package var state: MambaState { session.state }
}

extension ByteVerifierSession: SharingSession {
  /// One pass over the weights for windows of several sessions.
  public static func run(
    _ windows: [SharedWindow<ByteVerifierSession>]
  ) throws(DecodingError) {
    MambaSession.run(
      windows.map { ($0.session.session, $0.bytes.map { Int($0) }, $0.isStep) })
  }

  /// What sessions that share passes take on the processor.
  public var sharingMemory: SharingMemory? {
    session.memory.map {
      SharingMemory(session: $0.states, prompt: $0.chunk, position: $0.position)
    }
  }
}

extension ByteVerifierSession: BranchingSession {
  /// Becomes what the other session is, or was before a window that is not rolled back yet.
  public func copyState(of other: ByteVerifierSession) {
    session.copyState(of: other.session)
  }
}

extension ByteVerifierSession: RestorableSession {
  /// The state after what was consumed, as bytes.
  public func savedState() -> [UInt8] {
    session.state.bytes
  }

  /// Returns to a state that was saved.
  ///
  /// - Throws: `SavedStateError.invalidField` or `.notFinite`; the session is as it was then.
  public func restore(_ state: [UInt8]) throws(SavedStateError) {
    do {
      session.restore(try MambaState(session.model.configuration, bytes: state))
    } catch {
      switch error {
      case .byteCount(let found, let expected):
        throw .invalidField(
          name: "verifier state", value: "\(found) bytes long", expected: "\(expected) long")
      case .notFinite(let index):
        throw .notFinite(index: index)
      }
    }
  }
}
