import Foundation
import Kernels
import Mamba
import MambaCUDA
import Measuring

/// Compares models on a GPU with the same on the processor, bit by bit, and takes times. See README.md.
@main
struct CudaCheck {
  static let usage = """
    usage: CudaCheck ragged|full|speed [SHAPE ...] [--models N] [--seed N] [--device N]
             [--architecture 75|90] [--threads N] [--passes N] [--windows N,N,…]
             [--image CUBIN] [--directory DIR]
    """

  static func main() {
    Experiment.run(usage: usage) {
      let arguments = try Arguments(
        CommandLine.arguments.dropFirst(),
        options: [
          "--models", "--seed", "--device", "--architecture", "--threads", "--passes",
          "--directory", "--windows", "--image",
        ])
      guard let mode = arguments.positionals.first else {
        throw ArgumentError.missing(name: "MODE")
      }
      let architecture = try arguments.integer("--architecture", in: 0...1000, default: 0)
      let start = ContinuousClock.now
      let device = try Device(
        index: try arguments.integer("--device", in: 0...63, default: 0),
        table: Device.systemTable(), architecture: architecture == 0 ? nil : architecture,
        image: try arguments.text("--image").map { try Array(Data(contentsOf: URL(filePath: $0))) })
      print(
        "\(device.name), compute capability \(device.capability), CUDA \(device.driverVersion), "
          + "\(device.kernelsName), opened in \(seconds(since: start)) s")
      let threads = try arguments.integer("--threads", in: 0...1024, default: 0)
      let program = CudaCheck(
        arguments: arguments, device: device, threads: threads == 0 ? nil : threads)
      switch mode {
      case "ragged": try program.compareRagged()
      case "full": try program.compareFull()
      case "speed": try program.measure()
      default: throw ArgumentError.missing(name: "MODE")
      }
    }
  }

  let arguments: Arguments
  let device: Device
  let threads: Int?

  static func seconds(since start: ContinuousClock.Instant) -> Double {
    let parts = (ContinuousClock.now - start).components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  private var directory: URL {
    URL(filePath: arguments.text("--directory") ?? "/tmp/cuda-check", directoryHint: .isDirectory)
  }

  private func shapes() throws -> [RandomWeights] {
    let names = arguments.positionals.dropFirst()
    return RandomWeights.named.filter { names.isEmpty || names.contains($0.name) }
  }

  private func compareRagged() throws {
    let seed = UInt64(try arguments.integer("--seed", in: 0...Int.max, default: 1))
    var generator = SplitMix(seed: seed)
    var (compared, different) = (0, 0)
    for _ in 0..<(try arguments.integer("--models", in: 1...100_000, default: 20)) {
      let weights = RandomWeights(raggedBy: &generator)
      try weights.write(to: directory)
      let comparison = try Comparison(directory, on: device, threads: threads)
      comparison.runRounds(8, windowLimit: 33, seed: generator.next())
      comparison.rollBackToEveryDepth(window: 9, seed: generator.next())
      compared += comparison.compared
      different += comparison.different
      if comparison.different > 0 {
        print("\(weights.description): \(comparison.different) of \(comparison.compared) differ")
      }
    }
    print("ragged: \(different) of \(compared) values differ")
  }

  private func compareFull() throws {
    for weights in try shapes() {
      let place = directory.appending(path: weights.name, directoryHint: .isDirectory)
      try weights.write(to: place)
      let comparison = try Comparison(place, on: device, threads: threads)
      let start = ContinuousClock.now
      var generator = SplitMix(seed: 5)
      var twins = [comparison.makeTwins(windowLimit: 64)]
      for window in [70, 1, 2, 3, 4, 7, 8, 9, 16, 17, 32, 33, 64] {
        for chunk in stride(from: 0, to: window, by: 64) {
          let count = min(64, window - chunk)
          comparison.run(
            &twins,
            [
              .init(
                index: 0, tokens: comparison.tokens(count, &generator),
                isRecorded: window < 65, logits: window < 65 ? .all : .none)
            ])
        }
        comparison.settle(&twins[0], first: Int.random(in: 1...64, using: &generator) % window + 1)
        comparison.compareStates(twins[0])
      }
      comparison.rollBackToEveryDepth(window: 33, seed: 6)
      print(
        "\(weights.description): \(comparison.different) of \(comparison.compared) values differ; "
          + "\(Self.seconds(since: start)) s, loaded in \(comparison.loadSeconds) s")
    }
  }

  private func measure() throws {
    let passes = try arguments.integer("--passes", in: 1...100_000, default: 60)
    for weights in try shapes() {
      let place = directory.appending(path: weights.name, directoryHint: .isDirectory)
      if !FileManager.default.fileExists(atPath: place.appending(path: "config.json").path) {
        try weights.write(to: place)
      }
      let comparison = try Comparison(place, on: device, threads: threads)
      let backend = comparison.gpu
      var generator = SplitMix(seed: 5)
      var line = "\(weights.name): us a pass with logits"
      let windows = try arguments.integers(
        "--windows", in: 1...64, default: [1, 2, 4, 8, 16, 32, 64])
      for window in windows {
        let sequence = backend.makeSequence(windowLimit: 64)
        let tokens = comparison.tokens(window, &generator)
        var times: [Double] = []
        for index in 0..<passes + 5 {
          let start = ContinuousClock.now
          let segment = PassSegment(
            sequence, tokens: tokens[...], isRecorded: window > 1, logits: .all)
          backend.run(CollectionOfOne(segment).span)
          if index >= 5 { times.append(Self.seconds(since: start)) }
          if window > 1 { sequence.settle(first: window, of: window) }
        }
        line += "  \(window): \(Int(1e6 * Spread(times).median))"
      }
      print(line)
      if let reason = (backend as? CUDABackend)?.lateLaunches { print("late launches: \(reason)") }
      if arguments.text("--windows") != nil { continue }
      line = "\(weights.name): us a settling"
      for window in [16, 33] {
        let sequence = backend.makeSequence(windowLimit: 64)
        let tokens = comparison.tokens(window, &generator)
        var times: [Double] = []
        for index in 0..<passes + 5 {
          let segment = PassSegment(sequence, tokens: tokens[...], isRecorded: true, logits: .all)
          backend.run(CollectionOfOne(segment).span)
          let start = ContinuousClock.now
          sequence.settle(first: window - 1, of: window)
          try device.synchronize()
          if index >= 5 { times.append(Self.seconds(since: start)) }
        }
        line += "  \(window - 1): \(Int(1e6 * Spread(times).median))"
      }
      print(line)
      line = "\(weights.name): us a pass of several sequences, a token each"
      for count in [1, 4, 16, 64] {
        let sequences = (0..<count).map { _ in backend.makeSequence(windowLimit: 1) }
        let tokens = comparison.tokens(1, &generator)
        var times: [Double] = []
        for index in 0..<passes + 5 {
          let start = ContinuousClock.now
          let segments = sequences.map {
            PassSegment($0, tokens: tokens[...], isRecorded: false, logits: .all)
          }
          backend.run(segments.span)
          if index >= 5 { times.append(Self.seconds(since: start)) }
        }
        line += "  \(count): \(Int(1e6 * Spread(times).median))"
      }
      print(line)
    }
  }
}
