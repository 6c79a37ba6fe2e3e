package io.llmcluster.core.storage;

import io.llmcluster.core.testkit.TestStore;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract on a MongoDB of whoever has one: {@code make verify-mongodb MONGODB_URI=...}. */
@Tag(TestStore.ON_MONGODB)
@EnabledIfEnvironmentVariable(named = MongoDbTest.URI, matches = ".+")
class MongoDbTest implements StoreContract {

  static final String URI = "LLM_CLUSTER_TEST_MONGODB";

  /** Of this run alone, so that nothing that is there is touched. */
  private static final String DATABASE =
      "llm-cluster-test-" + UUID.randomUUID().toString().substring(0, 8);

  @Override
  public Store store() {
    return new Store.Mongo(Objects.requireNonNull(System.getenv(URI)), DATABASE);
  }
}
