package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.testkit.TestStore;

/** Every point on the MongoDB that was given, or else on the server in this process. */
class CrashMatrixMongoTest extends CrashMatrixOnOneStore {

  CrashMatrixMongoTest() {
    super(
        TestStore.here().contains(TestStore.MONGODB) ? TestStore.MONGODB : TestStore.MEMORY_MONGO);
  }
}
