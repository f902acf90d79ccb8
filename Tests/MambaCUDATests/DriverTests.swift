import Checkpoint
import Foundation
import Mamba
import MambaCUDA
import TestSupport
import Testing

@Suite struct DriverTests {
  @Test func `a function that the driver lacks is named`() {
    let error = #expect(throws: CUDAError.self) {
      try unsafe DriverTable { _ in nil }
    }
    #expect(error == .missingEntry(name: "cuInit"))
    #expect(error?.description.contains("cuInit") == true)
  }

  @Test func `an old driver, a missing and an old GPU are refused by name`() {
    #expect(throws: CUDAError.driverTooOld(found: 11080, needed: 12000)) {
      try Device(index: 0, table: FakeDriver(version: 11080).table)
    }
    #expect(throws: CUDAError.noDevice(index: 1, count: 1)) {
      try Device(index: 1, table: FakeDriver().table)
    }
    #expect(throws: CUDAError.deviceTooOld(name: "Fake GPU", capability: 61)) {
      try Device(index: 0, table: FakeDriver(capability: 61).table)
    }
    #expect(CUDAError.driverTooOld(found: 11080, needed: 12000).description.contains("11.8"))
  }

  @Test(arguments: [(75, "compute_75"), (86, "compute_75"), (90, "sm_90"), (120, "compute_90")])
  func `each generation gets its kernels`(capability: Int, name: String) throws {
    let device = try Device(index: 0, table: FakeDriver(capability: CInt(capability)).table)
    #expect(device.kernelsName == name)
  }

  /// A window, a rollback, a step and a look at the state.
  private static func use(_ driver: FakeDriver, _ checkpoint: CheckpointDirectory) throws {
    let device = try Device(index: 0, table: driver.table)
    let backend = try CUDABackend(
      contentsOf: checkpoint, configuration: MambaConfiguration(of: checkpoint), tokens: nil,
      on: device)
    let model = MambaModel(configuration: backend.configuration, backend: backend)
    let session = MambaSession(model: model)
    try session.verify([1, 2, 3])
    session.rollBack(toFirst: 2)
    let snapshot = session.makeSnapshot()
    session.save(into: snapshot)
    try session.consume([4], logits: 0..<256)
    session.restore(snapshot)
    let state = session.state
    session.restore(state)
    try session.consume([5], logits: 0..<256)
    if let failure = backend.lastFailure { throw failure }
  }

  @Test func `a pass of a known shape is captured once, and all that was taken is given back`()
    throws
  {
    let directory = try TinyModel().write()
    let driver = FakeDriver()
    try Self.use(driver, CheckpointDirectory(contentsOf: directory.url))
    let calls = driver.calls
    #expect(calls.filter { $0 == "beginCapture" }.count == 2)
    #expect(calls.filter { $0 == "launchGraph" }.count == 3)
    #expect(driver.leaks.isEmpty)
    // A pass begins when the one before has been waited for.
    let order = calls.filter { ["launchGraph", "synchronize"].contains($0) }
    #expect(!zip(order, order.dropFirst()).contains { $0 == ("launchGraph", "launchGraph") })
  }

  @Test(arguments: [DriverResult(2), 999], [TinyModel.Storage.f32, .i8])
  func `any one call that fails is an error, and nothing is left behind`(
    result: DriverResult, storage: TinyModel.Storage
  ) throws {
    var model = TinyModel()
    model.storage = storage
    let directory = try model.write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let count = {
      let driver = FakeDriver()
      try? Self.use(driver, checkpoint)
      return driver.calls
    }()
    // What the driver may refuse without harm.
    let harmless: Set = ["setContextFlags", "memoryInfo"]
    let returned: Set = [
      "free", "freeHost", "destroyStream", "unloadModule", "releaseContext", "destroyExecutable",
      "destroyGraph",
    ]
    for (index, name) in count.enumerated() where !harmless.contains(name) {
      let driver = FakeDriver(failing: (index, result))
      if returned.contains(name) {
        // Nothing can be done about it.
        try? Self.use(driver, checkpoint)
        continue
      }
      var isCaught = false
      do { try Self.use(driver, checkpoint) } catch { isCaught = true }
      // Captures are tried again without early launches, passes in one kernel in many; without memory
      // there are none of these. Giving memory back, nothing follows.
      let isRetried =
        ["beginCapture", "launch", "endCapture", "makeExecutable"].contains(name)
        || storage == .i8 && name == "allocate" && result == 2
      let isLast = calls(of: count, after: index).allSatisfy {
        returned.contains($0) || $0 == "setCurrentContext"
      }
      #expect(isCaught || isRetried || isLast, "\(name), call \(index)")
      #expect(driver.leaks.isEmpty, "\(name), call \(index): \(driver.leaks)")
    }
  }

  private func calls(of all: [String], after index: Int) -> ArraySlice<String> {
    all[(index + 1)...]
  }

  @Test func `a device that fails in use is told by name`() throws {
    let directory = try TinyModel().write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let fine = FakeDriver()
    try Self.use(fine, checkpoint)
    let launch = try #require(fine.calls.firstIndex(of: "launchGraph"))
    let driver = FakeDriver(failing: (launch, 719))
    let error = #expect(throws: NonFiniteLogit.self) { try Self.use(driver, checkpoint) }
    #expect(error?.deviceFailure?.contains("cuGraphLaunch") == true)
  }
}
