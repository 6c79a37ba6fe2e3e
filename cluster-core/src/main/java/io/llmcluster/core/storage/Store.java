package io.llmcluster.core.storage;

import java.nio.file.Path;

/** Where the journal and the snapshots are kept. */
public sealed interface Store {

  /**
   * A MongoDB, shared by all members.
   *
   * @param uri its connection string; may hold a password
   * @param database the database, whatever the URI says
   */
  record Mongo(String uri, String database) implements Store {

    @Override
    public String toString() {
      return "Mongo[database=" + database + "]"; // never the URI: it may hold a password
    }
  }

  /**
   * The embedded store in a folder of which this process is the only user.
   *
   * @param folder holds the database and, while it is served to others, the key for them
   */
  record OwnFile(Path folder) implements Store {}

  /**
   * The embedded store that another process of this machine serves.
   *
   * @param folder the same folder as that process has; its key is read from there
   */
  record Served(Path folder, String host, int port) implements Store {}
}
