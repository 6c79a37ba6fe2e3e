package io.llmcluster.patterns.workflow;

import io.llmcluster.core.testkit.TestStore;

/** Every point on a real server of MongoDB's protocol, where there is one. */
class CrashMatrixFerretDbTest extends CrashMatrixOnOneStore {

  CrashMatrixFerretDbTest() {
    super(TestStore.FERRETDB);
  }
}
