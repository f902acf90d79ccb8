import Checkpoint
import DecodingCore
import SpecDecodePlatform
import SpeculativeDecoding
import TestSupport
import Testing

/// The bytes of a saved generation, and what is no saved generation.
@Suite struct DecodingStateTests {
  private static func state(
    position: UInt64 = 77, context: [UInt8] = [1, 2, 3], pending: [UInt8] = [9],
    sampling: SamplingOptions = SamplingOptions(temperature: 0.7, seed: .max - 1),
    keepsValidUTF8: Bool = false
  ) -> DecodingState {
    DecodingState(
      sampling: sampling, keepsValidUTF8: keepsValidUTF8, position: position, pendingBytes: pending,
      contextBytes: context,
      fingerprint: Array(0..<32), verifierState: [4, 5, 6, 7])
  }

  /// The bytes with some of them replaced, and the checksum that fits.
  private static func changed(
    _ bytes: [UInt8], at offset: Int, to new: [UInt8]
  ) -> [UInt8] {
    var body = Array(bytes.dropLast(32))
    body.replaceSubrange(offset..<offset + new.count, with: new)
    return sealed(body)
  }

  private static func sealed(_ body: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(body)
    return body + digest.finalize()
  }

  private static func error(_ bytes: [UInt8]) -> SavedStateError? {
    do throws(SavedStateError) {
      _ = try DecodingState(bytes: bytes)
      return nil
    } catch {
      return error
    }
  }

  /// Where the format has its fields.
  private enum Offset {
    static let version = 8
    static let position = 44
    static let fieldCount = 52
    static let firstField = 56
  }

  private static var contextOffset: Int {
    let bytes = state().serialized()
    return Offset.firstField + 12 * Int(bytes[Offset.fieldCount])
  }

  @Test func `what is written is read again`() throws {
    for state in [
      Self.state(), Self.state(context: []), Self.state(pending: Array(0...255)),
      Self.state(position: DecodingState.positionLimit, sampling: SamplingOptions()),
      Self.state(
        sampling: SamplingOptions(temperature: 1, seed: 0, topK: 5, topP: 0.25, minP: 0)),
      Self.state(keepsValidUTF8: true),
    ] {
      #expect(try DecodingState(bytes: state.serialized()) == state)
    }
  }

  @Test func `the format is the one that is described`() {
    let bytes = Self.state().serialized()
    #expect(bytes.starts(with: [0x89, 0x53, 0x44, 0x53, 0x0D, 0x0A, 0x1A, 0x0A, 1, 0, 0, 0]))
    #expect(Array(bytes[12..<44]) == Array(0..<32))
    #expect(bytes[Offset.position] == 77)
    let tail: [UInt8] =
      [3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3] + [1, 0, 0, 0, 0, 0, 0, 0, 9]
      + [4, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 7]
    #expect(Array(bytes[Self.contextOffset..<bytes.count - 32]) == tail)
  }

  @Test func `every beginning is refused`() {
    let bytes = Self.state().serialized()
    for count in 0..<bytes.count {
      let error = Self.error(Array(bytes[..<count]))
      if count < 8 {
        #expect(error == .notASavedState)
      } else if case .truncated = error {
      } else {
        Issue.record("\(count) bytes: \(error?.description ?? "read")")
      }
    }
  }

  @Test func `every changed bit is refused`() {
    let bytes = Self.state().serialized()
    for index in bytes.indices {
      for bit in 0..<8 {
        var bytes = bytes
        bytes[index] ^= 1 << UInt8(bit)
        #expect(Self.error(bytes) != nil, "bit \(bit) of byte \(index)")
      }
    }
  }

  @Test func `another version is named`() {
    let bytes = Self.changed(Self.state().serialized(), at: Offset.version, to: [2])
    #expect(Self.error(bytes) == .unsupportedVersion(found: 2, supported: 1))
  }

  @Test func `a wrong checksum alone is damage`() {
    var bytes = Self.state().serialized()
    bytes[bytes.count - 1] ^= 1
    #expect(Self.error(bytes) == .damaged)
  }

  @Test(arguments: [0, 11, 20] as [Int])
  func `sizes that the bytes do not have are refused before anything is allocated`(
    offset: Int
  ) {
    for size: [UInt8] in [
      Array(repeating: 0xFF, count: 8), [0, 0, 0, 0, 0, 0, 0, 0x80], [0, 0, 0, 0, 0, 1, 0, 0],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ] {
      let bytes = Self.changed(Self.state().serialized(), at: Self.contextOffset + offset, to: size)
      guard case .truncated = Self.error(bytes) else {
        Issue.record("\(size) at \(offset)")
        continue
      }
    }
  }

  @Test func `fields out of range are named with what they should be`() {
    let good = Self.state().serialized()
    let position = Self.changed(
      good, at: Offset.position, to: Array(repeating: 0xFF, count: 8))
    let count = Self.changed(good, at: Offset.fieldCount, to: [0xFF, 0xFF, 0xFF, 0xFF])
    let unknown = Self.changed(good, at: Offset.firstField, to: [200])
    let twice = Self.changed(
      good, at: Offset.firstField + 12, to: Array(good[Offset.firstField..<Offset.firstField + 4]))
    let notANumber = Self.changed(
      good, at: Offset.firstField + 4, to: [0, 0, 0, 0, 0, 0, 0xF8, 0x7F])
    let longContext = Self.state(context: Array(repeating: 1, count: 1025)).serialized()
    let nothingPending = Self.state(pending: []).serialized()
    let longer = Self.sealed(good)
    let doubt = Self.changed(
      Self.state(keepsValidUTF8: true).serialized(), at: Offset.firstField + 2 * 12 + 4, to: [2])
    for (bytes, name) in [
      (position, "position"), (count, "number of sampler options"), (unknown, "sampler option"),
      (twice, "sampler option"), (notANumber, "sampler"), (longContext, "context"),
      (nothingPending, "pending bytes"), (longer, "end"), (doubt, "valid UTF-8"),
    ] {
      guard case .invalidField(name, _, _) = Self.error(bytes) else {
        Issue.record("\(name): \(Self.error(bytes)?.description ?? "read")")
        continue
      }
    }
  }

  @Test func `an option of the sampler that is missing is named`() throws {
    var body = Array(Self.state().serialized().dropLast(32))
    body.removeSubrange(Offset.firstField..<Offset.firstField + 12)
    body[Offset.fieldCount] -= 1
    let error = try #require(Self.error(Self.sealed(body)))
    #expect(error.description.contains("temperature"))
  }

  @Test(arguments: 0..<2000 as Range<UInt64>)
  func `bytes of any kind give a state or a typed error`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var body = Array(Self.state().serialized().dropLast(32))
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let index = Int.random(in: body.indices, using: &generator)
      body[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
    }
    if Bool.random(using: &generator) {
      body.removeLast(Int.random(in: 0...body.count, using: &generator))
    }
    if let state = try? DecodingState(bytes: Self.sealed(body)) {
      #expect(state.serialized() == Self.sealed(body))
    }
  }
}
