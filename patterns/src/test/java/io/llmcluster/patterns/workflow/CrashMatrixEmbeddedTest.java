package io.llmcluster.patterns.workflow;

import io.llmcluster.core.testkit.TestStore;

/** Every point on the embedded store. */
class CrashMatrixEmbeddedTest extends CrashMatrixOnOneStore {

  CrashMatrixEmbeddedTest() {
    super(TestStore.EMBEDDED);
  }
}
