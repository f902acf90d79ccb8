import Checkpoint
import Foundation
import TestSupport
import Testing

private let a = safetensors("a", "U8", [1], [1])
private let b = safetensors("b", "U8", [1], [2])

private func open(_ directory: TemporaryDirectory) -> CheckpointError? {
  checkpointError { () throws(CheckpointError) in
    try CheckpointDirectory(contentsOf: directory.url)
  }
}

@Suite struct ShardIndexTests {
  @Test func `the tensors of all shards are listed, and the index may say more`() throws {
    let directory = try TemporaryDirectory(
      shards: ["1.safetensors": a, "2 %41?#é.safetensors": b],
      index: #"""
        {"metadata":{"total_size":2},"weight_map":{"a":"1.safetensors","b":"2 %41?#é.safetensors"}}
        """#)
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    #expect(checkpoint.tensors.keys.sorted() == ["a", "b"])
    var bytes: [UInt8] = []
    try checkpoint.read(checkpoint.tensor(named: "b"), bytes: 0..<1, into: &bytes)
    #expect(bytes == [2])
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"weight_map":[]}"#, #"{"weight_map":{"a":1}}"#,
    #"{"weight_map":{"a":null}}"#, String(repeating: "[", count: 100_000),
  ])
  func `an index without a map of names is a typed error`(index: String) throws {
    let error = open(try TemporaryDirectory(shards: ["1.safetensors": a], index: index))
    #expect(error?.name == "malformedIndex")
  }

  @Test(arguments: [
    "", ".", "..", "../1.safetensors", "/1.safetensors", "x/1.safetensors", #"x\\1.safetensors"#,
    ".safetensors", ".1.safetensors", "1..safetensors", #"1\u0000.safetensors"#,
    #"1.safetensors\u0000"#, "1.bin", "1.safetensors/", "1.SAFETENSORS",
  ])
  func `a shard that is no plain name is a typed error`(name: String) throws {
    let error = open(
      try TemporaryDirectory(
        shards: ["1.safetensors": a], index: "{\"weight_map\":{\"a\":\"\(name)\"}}"))
    #expect(error?.name == "malformedIndex")
    #expect(error?.description.contains("\"a\"") == true)
  }

  @Test(arguments: [
    (#"{"weight_map":{"a":"1.safetensors","\u0061":"2.safetensors"}}"#, "weight_map", "a"),
    (#"{"weight_map":{"a":"1.safetensors"},"weight_map":{}}"#, "the file", "weight_map"),
    (
      #"{"metadata":{"total_size":1,"x":[1],"total_size":2},"weight_map":{"a":"1.safetensors"}}"#,
      "metadata", "total_size"
    ),
  ])
  func `a key that stands twice is a typed error`(
    index: String, object: String, key: String
  ) throws {
    let error = open(try TemporaryDirectory(shards: ["1.safetensors": a], index: index))
    guard case .malformedIndex(let file, object, let found, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(file.hasSuffix("model.safetensors.index.json"))
    #expect(found.contains("\"\(key)\""))
  }

  @Test func `a shard that is missing is a typed error`() throws {
    let error = open(
      try TemporaryDirectory(
        shards: ["1.safetensors": a],
        index: #"{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}"#))
    #expect(error?.name == "notFound")
    #expect(error?.description.contains("2.safetensors") == true)
  }

  @Test(arguments: [
    (#"{"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors"}"#, "\"b\""),
    (#"{"a":"1.safetensors","b":"2.safetensors","c":"2.safetensors"}"#, "\"c\""),
    (#"{"a":"2.safetensors","b":"1.safetensors"}"#, "weight_map of"),
    (#"{"a":"1.safetensors","":"2.safetensors"}"#, "\"\""),
  ])
  func `a map that contradicts the shards is a typed error`(map: String, says: String) throws {
    let error = open(
      try TemporaryDirectory(
        shards: ["1.safetensors": a, "2.safetensors": b], index: "{\"weight_map\":\(map)}"))
    #expect(error?.name == "malformedIndex")
    #expect(error?.description.contains(says) == true)
  }

  @Test func `a tensor that the map does not name is a typed error`() throws {
    let both = safetensors(
      "{" + entry("a", "U8", [1], 0, 1) + "," + entry("b", "U8", [1], 1, 2) + "}", data: [1, 2])
    let error = open(
      try TemporaryDirectory(
        shards: ["1.safetensors": both], index: #"{"weight_map":{"a":"1.safetensors"}}"#))
    #expect(error?.name == "malformedIndex")
    #expect(error?.description.contains("no entry for \"b\"") == true)
  }

  @Test func `a tensor in two shards is a typed error that names both`() throws {
    let both = safetensors(
      "{" + entry("a", "U8", [1], 0, 1) + "," + entry("b", "U8", [1], 1, 2) + "}", data: [1, 2])
    let error = open(
      try TemporaryDirectory(
        shards: ["1.safetensors": a, "2.safetensors": both],
        index: #"{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}"#))
    #expect(error?.name == "tensorInMoreThanOneFile")
    #expect(error?.description.contains("1.safetensors") == true)
    #expect(error?.description.contains("2.safetensors") == true)
  }

  @Test func `metadata is merged, and two values for one key are a typed error`() throws {
    func shard(_ name: String, _ metadata: String) -> [UInt8] {
      safetensors("{\"__metadata__\":\(metadata),\(entry(name, "U8", [1], 0, 1))}", data: [0])
    }
    let index = #"{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}"#
    let agreeing = try TemporaryDirectory(
      shards: [
        "1.safetensors": shard("a", #"{"format":"pt","x":"1"}"#),
        "2.safetensors": shard("b", #"{"format":"pt","y":"2"}"#),
      ], index: index)
    #expect(
      try CheckpointDirectory(contentsOf: agreeing.url).metadata
        == ["format": "pt", "x": "1", "y": "2"])
    let error = open(
      try TemporaryDirectory(
        shards: [
          "1.safetensors": shard("a", #"{"format":"pt"}"#),
          "2.safetensors": shard("b", #"{"format":"tf"}"#),
        ], index: index))
    #expect(error?.name == "malformedHeader")
    #expect(error?.description.contains("\"tf\"") == true)
  }
}
