import SpecDecodePlatform
import Testing

@Suite struct SHA256Tests {
  private func digest(_ bytes: [UInt8]) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return SHA256.hex(digest.finalize())
  }

  /// The examples of FIPS 180-4 (NIST, "SHA256" example values) and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
        + "klmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `a message of the standard has its digest`(message: String, expected: String) {
    #expect(digest(Array(message.utf8)) == expected)
  }

  @Test func `one million times a has its digest`() {
    #expect(
      digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `the digest does not depend on how the message is cut`() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = digest(message)
    for size in [1, 3, 55, 56, 63, 64, 65, 127, 128, 299] {
      var pieces = SHA256()
      for start in stride(from: 0, to: message.count, by: size) {
        pieces.update(Array(message[start..<min(start + size, message.count)]))
        pieces.update([])
      }
      #expect(SHA256.hex(pieces.finalize()) == whole)
    }
  }

  /// Digests of n zero bytes around the block borders, made with Python's hashlib.
  @Test(arguments: [
    (55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
    (56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
    (63, "c7723fa1e0127975e49e62e753db53924c1bd84b8ac1ac08df78d09270f3d971"),
    (64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
    (119, "f616b0d54e78571a9611f343c9f8e022e859e920381ab0e4d3da01e193a7bd7e"),
    (120, "6edd9f6f9cc92cded36e6c4a580933f9c9f1b90562b46903b806f21902a1a54f"),
  ])
  func `the padding is right at the borders of a block`(count: Int, expected: String) {
    #expect(digest([UInt8](repeating: 0, count: count)) == expected)
  }

  @Test func `finalizing leaves the digest open for more`() {
    var digest = SHA256()
    digest.update(Array("a".utf8))
    let first = digest.finalize()
    #expect(digest.finalize() == first)
    digest.update(Array("bc".utf8))
    #expect(SHA256.hex(digest.finalize()) == self.digest(Array("abc".utf8)))
  }
}
