// A drafter of one's own: it proposes what followed the last bytes when they came before.
import BundledModels
import SpecDecode

struct LookupDrafter: DrafterModel {
  func makeSession() -> Session { Session() }

  struct Session: DrafterSession {
    private static let keyLength = 6
    private static let unitLength = 8
    /// What is decided; after a pause only the last bytes are shown, so a part may be missing.
    private var text: [UInt8] = []

    mutating func observe(_ bytes: ArraySlice<UInt8>) { text += bytes }

    mutating func catchUp() {}  // Nothing that `observe` put off.

    /// Any guess is allowed: the verifier decides. A probability that is true helps to stop in time.
    mutating func extend(_ draft: inout Draft, sampler: inout ByteSampler) -> Bool {
      let known = text + draft.bytes
      guard let next = Self.place(after: known.suffix(Self.keyLength), in: known) else {
        return false
      }
      for byte in known[next...].prefix(Self.unitLength) { draft.append(byte, probability: 0.9) }
      draft.endToken()
      return true
    }

    private static func place(after key: ArraySlice<UInt8>, in text: [UInt8]) -> Int? {
      guard key.count == keyLength, text.count > keyLength else { return nil }
      for start in stride(from: text.count - keyLength - 1, through: 0, by: -1)
      where text[start..<start + keyLength].elementsEqual(key) {
        return start + keyLength
      }
      return nil
    }
  }
}

let verifier = try ByteVerifier(contentsOf: BundledModels.pair().verifier)
let decoder = SpeculativeDecoder(drafter: LookupDrafter(), verifier: verifier)
let measured = try decoder.compare("The captain looked", maxBytes: 300)
print("identical:", measured.isIdentical, "speedup:", measured.speedup ?? 1)
print("accepted:", measured.speculative.summary.telemetry.acceptedBytes, "bytes")
