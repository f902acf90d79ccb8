package import Checkpoint
package import Mamba
import Synchronization

/// A model's weights on an NVIDIA GPU.
package final class CUDABackend: MambaBackend {
  /// The model's shape; the vocabulary is what was kept of it.
  package let configuration: MambaConfiguration
  let gpu: Device
  private let weights: DeviceWeights
  private let runner: Mutex<PassRunner>
  private let failure = Mutex<CUDAError?>(nil)

  package var weightByteCount: Int { weights.byteCount }

  /// Near what the bundled verifier takes on an H100, of which most is latency.
  package var passCosts: [Double] {
    (1...33).map { positions in
      switch positions {
      case 1: 1
      case ...8: 1.4 + 0.05 * Double(positions - 2)
      case ...WholePass.rowLimit: 1.95 + 0.04 * Double(positions - 9)
      default: 3.3 + 0.05 * Double(positions - 17)
      }
    }
  }

  package var device: DeviceDescription {
    DeviceDescription(
      name: "cuda:\(gpu.index) \(gpu.name)", architecture: gpu.kernelsName, threads: 1)
  }

  /// Reads the weights of a checkpoint onto a GPU.
  ///
  /// - Parameter configuration: that of the checkpoint, with all of its vocabulary.
  package init(
    contentsOf checkpoint: CheckpointDirectory, configuration stored: MambaConfiguration,
    tokens: [Int]?, on gpu: Device
  ) throws(WeightLoadingError) {
    self.gpu = gpu
    weights = try DeviceWeights(of: stored, from: checkpoint, tokens: tokens, on: gpu)
    configuration = tokens.map { stored.keeping(vocabularySize: $0.count) } ?? stored
    do {
      runner = Mutex(try PassRunner(configuration, weights: weights, on: gpu))
    } catch {
      throw .cuda(error)
    }
  }

  package func makeSequence(windowLimit: Int) -> any MambaSequence {
    do throws(CUDAError) {
      return try CUDASequence(backend: self, windowLimit: min(windowLimit, Kernel.rowLimit))
    } catch {
      return FailedSequence(failure: "\(error)", of: configuration, windowLimit: windowLimit)
    }
  }

  package func run(_ segments: Span<PassSegment>) {
    attempt { () throws(CUDAError) in
      try runner.withLock { runner throws(CUDAError) in
        var (parts, rows): ([PassDescription.Segment], Int) = ([], 0)
        for index in segments.indices {
          let segment = segments[index]
          guard let sequence = segment.sequence as? CUDASequence else {
            precondition(segment.sequence is FailedSequence, "a sequence of another device")
            continue
          }
          if rows + segment.tokens.count > Kernel.rowLimit {
            try runner.run(parts)
            (parts, rows) = ([], 0)
          }
          parts.append(sequence.part(of: segment))
          rows += segment.tokens.count
        }
        try runner.run(parts)
      }
    }
  }

  /// Runs calls of the driver; the first that fails ends all use of the model.
  func attempt(_ body: () throws(CUDAError) -> Void) {
    do throws(CUDAError) {
      try body()
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }

  /// What ended the use of the model; nil while all is well.
  package var lastFailure: CUDAError? { failure.withLock { $0 } }

  /// Why kernels are not launched before those ahead of them end; nil when they are.
  package var lateLaunches: String? {
    runner.withLock { runner in
      runner.launchesEarly ? nil : runner.captureFailure?.description ?? "the GPU cannot"
    }
  }

  func withRunner(_ body: (PassRunner) throws(CUDAError) -> Void) {
    attempt { () throws(CUDAError) in
      try runner.withLock { runner throws(CUDAError) in try body(runner) }
    }
  }
}
