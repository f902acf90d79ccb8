import Checkpoint
import Foundation
import TestSupport
import Testing

private typealias Entry = SafetensorsWriter.Entry

@Suite struct SafetensorsWriterTests {
  @Test func `what is written is read back`() throws {
    let directory = try TemporaryDirectory()
    let odd = "a\"\\/\n\u{1}é😀"
    var writer = try SafetensorsWriter(
      url: directory.url.appending(path: "model.safetensors"),
      metadata: ["format": "pt", odd: odd],
      entries: [
        Entry(name: "w", type: .i8, shape: [2, 3]), Entry(name: odd, type: .f32, shape: []),
        Entry(name: "empty", type: .bf16, shape: [0, 4]),
        Entry(name: "w_scale", type: .f32, shape: [2]),
      ])
    try writer.append([1, 2, 3, 4, 5, 6] + littleEndian([1.5])[..<1])
    try writer.append([])
    try writer.append(littleEndian([1.5])[1...] + littleEndian([2, 4]))
    try writer.finish()
    try directory.write(Array("{}".utf8), to: "config.json")

    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    #expect(checkpoint.metadata == ["format": "pt", odd: odd])
    #expect(checkpoint.tensors.count == 4)
    #expect(try checkpoint.floats(checkpoint.tensor(named: odd)) == [1.5])
    #expect(try checkpoint.floats(checkpoint.tensor(named: "w")) == [2, 4, 6, 16, 20, 24])
    #expect(try checkpoint.tensor(named: "empty").shape == [0, 4])
    #expect(try checkpoint.tensor(named: "w").fileRange.lowerBound % 8 == 0)
    #expect(try directory.names == ["config.json", "model.safetensors"])
  }

  @Test func `the same tensors give the same bytes`() throws {
    let directory = try TemporaryDirectory()
    let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "\($0)") })
    for name in ["a", "b"] {
      var writer = try SafetensorsWriter(
        url: directory.url.appending(path: name), metadata: metadata,
        entries: [Entry(name: "t", type: .u8, shape: [1])])
      try writer.append([1])
      try writer.finish()
    }
    #expect(
      try Data(contentsOf: directory.url.appending(path: "a"))
        == Data(contentsOf: directory.url.appending(path: "b")))
  }

  @Test(arguments: [0, 1, 2, 40])
  func `random tensors make the round trip`(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let types = TensorType.allCases.filter { ![.f16, .bf16, .f32].contains($0) }
    var entries: [Entry] = []
    var data: [[UInt8]] = []
    for i in 0..<count {
      let type = types[i % types.count]
      let shape = [4, Int.random(in: 0..<5, using: &generator)]
      entries.append(Entry(name: "tensor \(i)", type: type, shape: shape))
      data.append(
        (0..<shape[1] * type.bitWidth / 2).map { _ in
          UInt8.random(in: .min ... .max, using: &generator)
        })
    }
    let directory = try TemporaryDirectory()
    var writer = try SafetensorsWriter(
      url: directory.url.appending(path: "model.safetensors"), metadata: [:], entries: entries)
    for bytes in data { try writer.append(bytes) }
    try writer.finish()
    try directory.write(Array("{}".utf8), to: "config.json")
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    #expect(checkpoint.tensors.count == count)
    for (entry, bytes) in zip(entries, data) {
      let tensor = try checkpoint.tensor(named: entry.name)
      var found: [UInt8] = []
      try checkpoint.read(tensor, bytes: 0..<tensor.byteCount, into: &found)
      #expect(found == bytes)
      #expect(Entry(name: tensor.name, type: tensor.type, shape: tensor.shape) == entry)
    }
  }

  @Test func `a file that is there is replaced at the end and not before`() throws {
    let directory = try TemporaryDirectory()
    try directory.write([1], to: "f")
    let url = directory.url.appending(path: "f")
    var writer = try SafetensorsWriter(
      url: url, metadata: [:], entries: [Entry(name: "t", type: .u8, shape: [1])])
    try writer.append([5])
    #expect(try Data(contentsOf: url) == Data([1]))
    try writer.finish()
    #expect(try Data(contentsOf: url).last == 5)
    #expect(try directory.names == ["f"])
  }

  @Test func `a writer that goes away unfinished leaves nothing`() throws {
    let directory = try TemporaryDirectory()
    try directory.write([1], to: "f")
    func abandon() throws {
      var writer = try SafetensorsWriter(
        url: directory.url.appending(path: "f"), metadata: [:],
        entries: [Entry(name: "t", type: .u8, shape: [2])])
      try writer.append([5])
      #expect(try directory.names.count == 2)
    }
    try abandon()
    #expect(try directory.names == ["f"])
    #expect(try Data(contentsOf: directory.url.appending(path: "f")) == Data([1]))
  }

  @Test func `too many or too few bytes are a typed error, and nothing is left`() throws {
    let directory = try TemporaryDirectory()
    let entries = [Entry(name: "t", type: .f32, shape: [2])]
    for count in [0, 7, 9] {
      let error = checkpointError { () throws(CheckpointError) in
        var writer = try SafetensorsWriter(
          url: directory.url.appending(path: "f"), metadata: [:], entries: entries)
        try writer.append([UInt8](repeating: 0, count: count))
        try writer.finish()
      }
      #expect(error?.name == "cannotWrite")
      #expect(try directory.names == [])
    }
  }

  @Test(arguments: [
    [Entry(name: "t", type: .u8, shape: [0]), Entry(name: "t", type: .u8, shape: [0])],
    [Entry(name: "__metadata__", type: .u8, shape: [0])],
    [Entry(name: "t", type: .u8, shape: [-1])],
    [Entry(name: "t", type: .u8, shape: [1 << 48])],
    [Entry(name: "t", type: .u8, shape: [1 << 40, 1 << 40])],
    [Entry(name: "t", type: .f4, shape: [1])],
    (0..<16).map { Entry(name: "\($0)", type: .u8, shape: [1 << 30, 1 << 29]) },
  ])
  func `tensors that no reader would take are a typed error`(
    entries: [SafetensorsWriter.Entry]
  ) throws {
    let directory = try TemporaryDirectory()
    let error = checkpointError { () throws(CheckpointError) in
      _ = try SafetensorsWriter(
        url: directory.url.appending(path: "f"), metadata: [:], entries: entries)
    }
    #expect(["cannotWrite", "malformedTensor", "malformedHeader"].contains(error?.name))
    #expect(try directory.names == [])
  }

  @Test func `a place that cannot be written is a typed error, and nothing is left`() throws {
    let directory = try TemporaryDirectory()
    try directory.write([1], to: "file")
    for place in ["nowhere/f", "file/f"] {
      let error = checkpointError { () throws(CheckpointError) in
        _ = try SafetensorsWriter(
          url: directory.url.appending(path: place), metadata: [:], entries: [])
      }
      #expect(error?.name == "cannotWrite")
      #expect(error?.description.contains(place) == true)
    }
    let onDirectory = checkpointError { () throws(CheckpointError) in
      let writer = try SafetensorsWriter(url: directory.url, metadata: [:], entries: [])
      try writer.finish()
    }
    #expect(onDirectory?.name == "cannotWrite")
    #expect(try directory.names == ["file"])
  }
}
