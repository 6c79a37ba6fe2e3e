package io.llmcluster.core.directory;

/** What {@link DirectoryActor} alone may do; for tests without a cluster. */
public final class TestDirectory {

  private TestDirectory() {}

  /** From now on this is what the directory shows, and it has heard of everybody. */
  public static void show(Directory directory, DirectoryView view) {
    directory.show(view, true);
  }
}
