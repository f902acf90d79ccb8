import Checkpoint
import Testing

private func parse(_ bytes: [UInt8]) throws(CheckpointError) -> SafetensorsHeader {
  try SafetensorsHeader(parsing: bytes, fileSize: bytes.count, file: "a.safetensors")
}

@Suite struct SafetensorsHeaderTests {
  @Test func `tensors come in the order of their bytes with their place in the file`() throws {
    let json = "{" + entry("b", "F32", [2], 2, 10) + "," + entry("a", "BF16", [1, 1], 0, 2) + "}"
    let header = try parse(safetensors(json, data: [UInt8](repeating: 0, count: 10)))
    let start = 8 + json.utf8.count
    #expect(header.tensors.map(\.name) == ["a", "b"])
    #expect(header.tensors.map(\.type) == [.bf16, .f32])
    #expect(header.tensors.map(\.shape) == [[1, 1], [2]])
    #expect(header.tensors.map(\.elementCount) == [1, 2])
    #expect(header.tensors.map(\.byteCount) == [2, 8])
    #expect(header.tensors.map(\.fileRange) == [start..<start + 2, start + 2..<start + 10])
    #expect(header.tensors.map(\.file) == ["a.safetensors", "a.safetensors"])
    #expect(header.metadata.isEmpty)
  }

  @Test(arguments: [
    "{}", "{}      ", "{ \t\r\n}", #"{"__metadata__":{}}"#,
    #"{"__metadata__":{"format":"pt"}}"#,
  ])
  func `a header without tensors is read`(json: String) throws {
    #expect(try parse(safetensors(json)).tensors.isEmpty)
  }

  @Test(arguments: TensorType.allCases)
  func `every type of the format is read`(type: TensorType) throws {
    let data = [UInt8](repeating: 0, count: type.bitWidth)
    let header = try parse(safetensors("t", type.rawValue, [2, 4], data))
    #expect(header.tensors.first?.type == type)
  }

  @Test func `scalars and empty tensors are read`() throws {
    let json =
      "{" + entry("z", "F32", [0, 3], 4, 4) + "," + entry("s", "F32", [], 0, 4) + ","
      + entry("y", "F32", [0], 0, 0) + "}"
    let header = try parse(safetensors(json, data: [0, 0, 0, 0]))
    #expect(header.tensors.map(\.elementCount) == [0, 1, 0])
  }

  @Test func `whitespace between tokens is read`() throws {
    let json =
      " {\n\"t\" :\t{ \"shape\" : [ 1 , 2 ] ,\r\"data_offsets\":[ 0 , 2 ], \"dtype\" : \"U8\" } }  "
    let header = try parse(safetensors(String(json.dropFirst()), data: [1, 2]))
    #expect(header.tensors.first?.shape == [1, 2])
  }

  @Test(arguments: [
    (#"a\"b\\c\/d"#, "a\"b\\c/d"), (#"\b\f\n\r\t"#, "\u{8}\u{C}\n\r\t"), (#"\u0041\u00e9"#, "Aé"),
    (#"\ud83d\ude00"#, "😀"), (#"\uD7FF\uE000"#, "\u{D7FF}\u{E000}"), ("é😀", "é😀"),
    (#"\u0000"#, "\0"), (#"é\n"#, "é\n"), ("", ""),
  ])
  func `escapes of a name are resolved`(written: String, name: String) throws {
    let header = try parse(safetensors("{" + entry(written, "U8", [], 0, 1) + "}", data: [0]))
    #expect(header.tensors.first?.name == name)
  }

  @Test func `metadata is read wherever it stands`() throws {
    let json = "{" + entry("t", "U8", [], 0, 1) + #","__metadata__":{"a":"b","c":""}}"#
    #expect(try parse(safetensors(json, data: [0])).metadata == ["a": "b", "c": ""])
  }

  @Test func `bytes after the header are not needed to parse it`() throws {
    let bytes = safetensors("t", "U8", [1000], [UInt8](repeating: 7, count: 1000))
    let header = try SafetensorsHeader(
      parsing: Array(bytes.dropLast(1000)), fileSize: bytes.count, file: "f")
    #expect(header == (try SafetensorsHeader(parsing: bytes, fileSize: bytes.count, file: "f")))
  }

  @Test func `a header that is cut short is a typed error`() {
    let bytes = safetensors("t", "U8", [1], [0])
    let error = checkpointError { () throws(CheckpointError) in
      try SafetensorsHeader(parsing: Array(bytes[..<20]), fileSize: bytes.count, file: "f")
    }
    #expect(
      error == .truncated(file: "f", tensor: nil, expected: bytes.count - 1, found: 20))
  }

  @Test func `a header of many tensors is read`() throws {
    let count = 5_000
    let entries = (0..<count).map { entry("layer.\($0).weight", "U8", [1], $0, $0 + 1) }
    let json = "{" + entries.shuffled().joined(separator: ",") + "}"
    let header = try parse(safetensors(json, data: [UInt8](repeating: 0, count: count)))
    #expect(header.tensors.map(\.name) == (0..<count).map { "layer.\($0).weight" })
  }
}

/// Each row is one damage: the JSON, the bytes of data, the error and what its message says.
private let malformed: [(json: String, data: Int, error: String, says: String)] = [
  // The object.
  ("", 0, "malformedHeader", "the header's end"),
  ("[]", 0, "malformedHeader", "byte 8"),
  ("null", 0, "malformedHeader", "\"n\""),
  (" {}", 0, "malformedHeader", "expected \"{\""),
  ("\u{FEFF}{}", 0, "malformedHeader", "0xef"),
  ("{}\n", 0, "malformedHeader", "expected spaces"),
  ("{}\0", 0, "malformedHeader", "expected spaces"),
  ("{}{}", 0, "malformedHeader", "expected spaces"),
  ("{", 0, "malformedHeader", "the header's end"),
  ("{,}", 0, "malformedHeader", "\",\""),
  (#"{"a"}"#, 0, "malformedHeader", "expected \":\""),
  ("{" + entry("t", "U8", [], 0, 1) + ",}", 1, "malformedHeader", "\"}\""),
  ("{" + entry("t", "U8", [], 0, 1), 1, "malformedHeader", "the header's end"),
  ("{'t':1}", 0, "malformedHeader", "\"'\""),
  // Strings.
  (#"{"a"#, 0, "malformedHeader", "the header's end"),
  ("{\"a\nb\":1}", 0, "malformedHeader", "0xa"),
  (#"{"a\x":1}"#, 0, "malformedHeader", "an escape"),
  (#"{"a\"#, 0, "malformedHeader", "an escape"),
  (#"{"\u12":1}"#, 0, "malformedHeader", "hexadecimal"),
  (#"{"\u+123":1}"#, 0, "malformedHeader", "hexadecimal"),
  (#"{"\ud83d":1}"#, 0, "malformedHeader", "surrogate"),
  (#"{"\ud83d\u0041":1}"#, 0, "malformedHeader", "surrogate"),
  (#"{"\ude00\ude00":1}"#, 0, "malformedHeader", "surrogate"),
  (#"{"\udc00\udc00":1}"#, 0, "malformedHeader", "surrogate"),
  (#"{"\ude00":1}"#, 0, "malformedHeader", "surrogate"),
  // Metadata.
  (#"{"__metadata__":[]}"#, 0, "malformedHeader", "expected \"{\""),
  (#"{"__metadata__":{"a":1}}"#, 0, "malformedHeader", "\"1\""),
  (#"{"__metadata__":{"a":null}}"#, 0, "malformedHeader", "\"n\""),
  (#"{"__metadata__":{"a":{}}}"#, 0, "malformedHeader", "\"{\""),
  (#"{"__metadata__":{"a":"b","a":"b"}}"#, 0, "malformedHeader", "second key \"a\""),
  (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "malformedHeader", "second key"),
  ("{" + entry("__metadata__", "U8", [], 0, 1) + "}", 1, "malformedHeader", "expected"),
  // The keys of an entry.
  (
    "{" + entry("t", "U8", [1], 0, 1) + "," + entry("t", "U8", [1], 1, 2) + "}", 2,
    "malformedHeader", "second key \"t\""
  ),
  (
    "{" + entry("t", "U8", [1], 0, 1) + "," + entry(#"\u0074"#, "U8", [1], 1, 2) + "}", 2,
    "malformedHeader", "second key \"t\""
  ),
  (#"{"t":[]}"#, 0, "malformedTensor", "expected \"{\""),
  (#"{"t":{}}"#, 0, "malformedTensor", "dtype is missing"),
  (#"{"t":{"dtype":"U8","data_offsets":[0,0]}}"#, 0, "malformedTensor", "shape is missing"),
  (#"{"t":{"dtype":"U8","shape":[0]}}"#, 0, "malformedTensor", "data_offsets is missing"),
  (
    #"{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}"#, 0, "malformedTensor",
    "\"x\""
  ),
  (
    #"{"t":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0,
    "malformedTensor", "second key \"dtype\""
  ),
  (#"{"t":{"dtype":1}}"#, 0, "malformedTensor", "\"1\""),
  // Types.
  ("{" + entry("t", "F128", [1], 0, 16) + "}", 16, "unsupportedType", "\"F128\""),
  ("{" + entry("t", "f32", [1], 0, 4) + "}", 4, "unsupportedType", "\"f32\""),
  ("{" + entry("t", "", [1], 0, 4) + "}", 4, "unsupportedType", "\"\""),
  // Integers.
  (#"{"t":{"shape":[-1]}}"#, 0, "malformedTensor", "\"-\""),
  (#"{"t":{"shape":[1.0]}}"#, 0, "malformedTensor", "\".\""),
  (#"{"t":{"shape":[1e2]}}"#, 0, "malformedTensor", "\"e\""),
  (#"{"t":{"shape":[01]}}"#, 0, "malformedTensor", "leading zero"),
  (#"{"t":{"shape":[00]}}"#, 0, "malformedTensor", "leading zero"),
  (#"{"t":{"shape":["1"]}}"#, 0, "malformedTensor", "non-negative integer"),
  (#"{"t":{"shape":[[1]]}}"#, 0, "malformedTensor", "non-negative integer"),
  (#"{"t":{"shape":[1,]}}"#, 0, "malformedTensor", "non-negative integer"),
  (#"{"t":{"shape":[1"#, 0, "malformedTensor", "the header's end"),
  (#"{"t":{"shape":1}}"#, 0, "malformedTensor", "expected \"[\""),
  (#"{"t":{"shape":[9223372036854775808]}}"#, 0, "malformedTensor", "fits"),
  (#"{"t":{"shape":[99999999999999999999999]}}"#, 0, "malformedTensor", "fits"),
  // Sizes.
  ("{" + entry("t", "U8", [1 << 48], 0, 0) + "}", 0, "malformedTensor", "2^48"),
  ("{" + entry("t", "U8", [0, 1 << 48], 0, 0) + "}", 0, "malformedTensor", "2^48"),
  ("{" + entry("t", "U8", [1 << 32, 1 << 32], 0, 0) + "}", 0, "malformedTensor", "fit"),
  ("{" + entry("t", "F64", [1 << 40, 1 << 20], 0, 0) + "}", 0, "malformedTensor", "fit"),
  ("{" + entry("t", "F4", [3], 0, 1) + "}", 1, "malformedTensor", "whole bytes"),
  // Offsets.
  ("{" + entry("t", "F32", [2], 0, 7) + "}", 7, "malformedTensor", "8 apart"),
  ("{" + entry("t", "F32", [2], 0, 9) + "}", 9, "malformedTensor", "8 apart"),
  ("{" + entry("t", "U8", [1], 1, 0) + "}", 1, "malformedTensor", "two offsets"),
  (
    #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#, 1, "malformedTensor",
    "two offsets"
  ),
  (
    #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}"#, 1, "malformedTensor",
    "two offsets"
  ),
  (#"{"t":{"dtype":"U8","shape":[1],"data_offsets":[]}}"#, 1, "malformedTensor", "two"),
  ("{" + entry("t", "U8", [1], 1, 2) + "}", 2, "malformedTensor", "begin at 0"),
  (
    "{" + entry("t", "U8", [1], 0, 1) + "," + entry("u", "U8", [1], 2, 3) + "}", 3,
    "malformedTensor", "begin at 1"
  ),
  (
    "{" + entry("t", "U8", [2], 0, 2) + "," + entry("u", "U8", [2], 1, 3) + "}", 3,
    "malformedTensor", "begin at 2"
  ),
  (
    "{" + entry("t", "U8", [2], 0, 2) + "," + entry("u", "U8", [2], 0, 2) + "}", 2,
    "malformedTensor", "overlap"
  ),
  ("{" + entry("t", "U8", [4], 0, 4) + "}", 3, "malformedTensor", "end by 3"),
  (
    #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}"#,
    1, "malformedTensor", "begin at 0"
  ),
  // The end of the file.
  ("{" + entry("t", "U8", [4], 0, 4) + "}", 5, "malformedHeader", "last tensor ends"),
  ("{}", 1, "malformedHeader", "last tensor ends"),
]

@Suite struct MalformedSafetensorsHeaderTests {
  @Test(arguments: malformed.indices)
  func `a damaged header is the typed error that names the damage`(row: Int) throws {
    let (json, data, name, says) = malformed[row]
    let bytes = safetensors(json, data: [UInt8](repeating: 0, count: data))
    let error = try #require(checkpointError { () throws(CheckpointError) in try parse(bytes) })
    #expect(error.name == name)
    #expect(error.description.contains(says))
    #expect(error.description.contains("a.safetensors"))
  }

  @Test(arguments: 0..<8)
  func `a file too short for a length is a typed error`(count: Int) throws {
    let error = try #require(
      checkpointError { () throws(CheckpointError) in
        try parse([UInt8](repeating: 0, count: count))
      })
    #expect(error.name == "malformedHeader")
    #expect(error.description.contains("\(count) bytes"))
  }

  @Test(arguments: [3, 100_000_001, UInt64(Int.max), UInt64(Int.max) + 1, UInt64.max])
  func `a length beyond the file is a typed error before it is allocated`(length: UInt64) throws {
    let error = try #require(
      checkpointError { () throws(CheckpointError) in try parse(safetensors("{}", length: length)) }
    )
    #expect(error.name == "malformedHeader")
    #expect(error.description.contains("\(length)"))
  }

  @Test func `a header over 100 million bytes is refused even when the file has them`() throws {
    let error = checkpointError { () throws(CheckpointError) in
      try SafetensorsHeader(
        parsing: littleEndian(UInt64(100_000_001)), fileSize: 1_000_000_000, file: "f")
    }
    #expect(error?.name == "malformedHeader")
    let largest = checkpointError { () throws(CheckpointError) in
      try SafetensorsHeader(
        parsing: littleEndian(UInt64(100_000_000)), fileSize: 1_000_000_000, file: "f")
    }
    #expect(
      largest == .truncated(file: "f", tensor: nil, expected: 100_000_008, found: 8))
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] as [[UInt8]])
  func `a name that is not UTF-8 is a typed error`(name: [UInt8]) throws {
    for escape in [[], Array(#"\n"#.utf8)] {
      let json = Array(#"{"__metadata__":{""#.utf8) + name + escape + Array(#"":""}}"#.utf8)
      let error = checkpointError { () throws(CheckpointError) in try parse(safetensors(json)) }
      #expect(error?.description.contains("not UTF-8") == true)
    }
  }

  @Test func `deep nesting is refused without recursion`() {
    let deep = String(repeating: "[", count: 1_000_000)
    for json in [deep, "{\"t\":{\"shape\":\(deep)", "{\"t\":" + deep, "{\"__metadata__\":" + deep] {
      #expect(checkpointError { () throws(CheckpointError) in try parse(safetensors(json)) } != nil)
    }
  }
}
