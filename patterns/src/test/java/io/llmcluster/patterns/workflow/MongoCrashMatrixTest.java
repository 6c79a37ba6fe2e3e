package io.llmcluster.patterns.workflow;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.llmcluster.core.storage.Store;
import java.nio.file.Path;

/** The crash matrix through MongoDB's driver and protocol. */
class MongoCrashMatrixTest extends CrashMatrixContract {

  private final MongoServer server = new MongoServer(new MemoryBackend());

  @Override
  Store store(Path folder) {
    return new Store.Mongo(server.bindAndGetConnectionString(), "crashes");
  }

  @Override
  String storeName() {
    return "mongodb";
  }

  @Override
  void stopStore() {
    server.shutdown();
  }
}
