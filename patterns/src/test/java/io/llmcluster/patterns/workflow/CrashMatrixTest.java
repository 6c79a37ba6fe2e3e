package io.llmcluster.patterns.workflow;

import io.llmcluster.core.storage.Store;
import java.nio.file.Path;

/** The crash matrix on the embedded store. */
class CrashMatrixTest extends CrashMatrixContract {

  @Override
  Store store(Path folder) {
    return new Store.OwnFile(folder.resolve("store"));
  }

  @Override
  String storeName() {
    return "embedded";
  }
}
