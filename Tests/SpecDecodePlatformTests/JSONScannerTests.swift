import Foundation
import SpecDecodePlatform
import Testing

@Suite struct JSONScannerTests {
  @Test(arguments: [
    "1", "-1.5e+3", "null", "true", #""a\"]}""#, #""\\""#, "[]", "{}", #"[[{"a": [1, "]"]}], 2]"#,
    "[\n 1 ,\t2 ]",
  ])
  func `a value of any kind is passed over whole`(value: String) throws {
    var scanner = JSONScanner(bytes: Array("\(value),7".utf8))
    try scanner.skipValue()
    #expect(scanner.position == value.utf8.count)
    try scanner.expect(UInt8(ascii: ","))
    #expect(try scanner.integer() == 7)
  }

  @Test func `deep nesting is passed over without recursion`() throws {
    let depth = 1_000_000
    let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    var scanner = JSONScanner(bytes: Array(text.utf8))
    try scanner.skipValue()
    #expect(scanner.position == 2 * depth)
    scanner = JSONScanner(bytes: Array(text.utf8))
    #expect(try scanner.repeatedKey() == nil)
    #expect(scanner.position == 2 * depth)
  }

  @Test(arguments: [
    ("5", nil, ""), (#"{"a":1,"b":{"a":2},"c":[{"a":3},{"a":"a"}]}"#, nil, ""),
    (#"{"\u00C5":1,"\u212B":2}"#, nil, ""), (#"{"a":1,"b":2,"\u0061":3}"#, "a", ""),
    (#"[1, {"b": {"x" : [], "y": "x", "x" :1}}]"#, "x", "[1].b"), (#"{"":{},"":{}}"#, "", ""),
    (#"{"a": [[], [1, 2, {"b": 1, "b": 2}]]}"#, "b", "a[1][2]"),
  ])
  func `a key that stands twice in one object is found`(
    text: String, key: String?, object: String
  ) throws {
    var scanner = JSONScanner(bytes: Array(text.utf8))
    let repeated = try scanner.repeatedKey()
    #expect(repeated?.key == key)
    #expect(repeated?.object ?? "" == object)
  }

  @Test func `keys of one object may be left to its reader`() throws {
    let text = #"{"m": {"v": {"a": 1, "a": 2}, "w": [{"m": {"v": {}}}], "x": {"b": 1, "b": 2}}}"#
    var scanner = JSONScanner(bytes: Array(text.utf8))
    #expect(try scanner.repeatedKey(outside: ["m", "v"])?.object == "m.x")
    scanner = JSONScanner(bytes: Array(text.utf8))
    #expect(try scanner.repeatedKey(outside: ["v"])?.object == "m.v")
  }

  @Test(arguments: [
    Data([0xEF, 0xBB, 0xBF]) + Data(#"{"a": 1, "a": 2}"#.utf8),
    Data(#"{"a": 1, "a": 2}"#.utf8.flatMap { [0, $0] }),
    Data(#"{"a": 1, "a": 2}"#.utf8.flatMap { [$0, 0] }),
  ])
  func `text of another encoding, or with a byte order mark, is a fault`(text: Data) {
    var scanner = JSONScanner(bytes: Array(text))
    #expect(throws: JSONFault.self) { try scanner.repeatedKey() }
  }

  @Test(arguments: [
    ("", 0), ("]", 0), (",", 0), ("[", 1), (#""a"#, 2), (#""a\"#, 3), (#"{"a": [1}"#, 9),
  ])
  func `what ends too early is a fault`(text: String, position: Int) {
    var scanner = JSONScanner(bytes: Array(text.utf8))
    let fault = #expect(throws: JSONFault.self) { try scanner.skipValue() }
    #expect(fault?.position == position)
    scanner = JSONScanner(bytes: Array(text.utf8))
    #expect(throws: JSONFault.self) { try scanner.repeatedKey() }
  }

  @Test func `equal and canonically equivalent keys are all seen`() throws {
    var scanner = JSONScanner(bytes: Array(#"{ "\u00C5":1, "\u212B" : 2 ,"\u00C5":3 }"#.utf8))
    var keys: [[UInt8]] = []
    while let key = try scanner.key(isFirst: keys.isEmpty) {
      keys.append(Array(key.utf8))
      #expect(try scanner.integer() == keys.count)
    }
    #expect(keys == [[0xC3, 0x85], [0xE2, 0x84, 0xAB], [0xC3, 0x85]])
  }
}
