/// What models read in a self-test: prose, other scripts, code, and bytes that are no text.
package enum SampleTexts {
  /// Short prompts of several kinds; the empty one among them.
  package static let prompts: [[UInt8]] = [
    Array("The captain looked at me and said,".utf8),
    [],
    Array("for (int i = 0; i < count; i++) {\n".utf8),
    Array("Das Mädchen fragte: «Où est la 北京 rue?» ’".utf8),
    [0xFF, 0xC0, 0x00, 0xE2, 0x80],
    Array("It was a dark and stormy night; the rain fell in torrents, and the wind".utf8),
  ]

  /// A text of any length: the prompts, then all bytes, again and again.
  package static func bytes(_ count: Int) -> [UInt8] {
    let cycle = prompts.flatMap { $0 } + (0...255).map { UInt8($0) }
    return (0..<count).map { cycle[$0 % cycle.count] }
  }
}
