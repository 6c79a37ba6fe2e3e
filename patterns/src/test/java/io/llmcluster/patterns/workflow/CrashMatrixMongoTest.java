package io.llmcluster.patterns.workflow;

import io.llmcluster.core.testkit.TestStore;
import org.junit.jupiter.api.Tag;

/** Every point on the MongoDB that was given, or else on the server in this process. */
@Tag(TestStore.ON_MONGODB)
class CrashMatrixMongoTest extends CrashMatrixOnOneStore {

  CrashMatrixMongoTest() {
    super(
        TestStore.here().contains(TestStore.MONGODB) ? TestStore.MONGODB : TestStore.MEMORY_MONGO);
  }
}
