package io.llmcluster.core.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.llmcluster.core.settings.SettingsException;
import io.llmcluster.core.settings.SettingsReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.Address;

/**
 * How a member takes part in the cluster.
 *
 * @param host address for the other members, which they connect to
 * @param bindHost where this member listens for them: the same, or all addresses of its machine
 * @param port for the other members, 1 to 65535; 0: any free one
 * @param seeds members to join; empty: forms a cluster of its own
 * @param joinTimeout how long to try to join
 * @param roles some of {@code gateway}, {@code node}, {@code workflow}
 * @param profile name of the failure detection profile
 * @param downing which members are taken out of the cluster when some cannot reach each other
 * @param drainTimeout longest time for each role of a stopping member to finish what it has
 */
public record ClusterSettings(
    String host,
    String bindHost,
    int port,
    List<Seed> seeds,
    Duration joinTimeout,
    Set<Role> roles,
    Profile profile,
    Downing downing,
    Duration drainTimeout) {

  /** What a member does for the cluster. */
  public enum Role {
    GATEWAY,
    NODE,
    WORKFLOW;

    /** As the configuration and the cluster write it. */
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Failure detection: how soon a silent member counts as lost. */
  public enum Profile {
    FAST,
    PATIENT
  }

  /** Who goes when members cannot reach each other. All members of a cluster need the same rule. */
  public enum Downing {
    /**
     * {@link #UNREACHABLE} for a member whose own host is on loopback, else {@link #MAJORITY}. Each
     * member decides by its own host alone. A cluster whose members are all on loopback, or all
     * not, has one rule so; where a member on another address of the machine joins one on loopback
     * the rule has to be named.
     */
    AUTO,
    /** The smaller side of a partition; of two equal sides the one without the lowest address. */
    MAJORITY,
    /** Whoever cannot be reached: right only where the network between members cannot part. */
    UNREACHABLE
  }

  /** A member to join. */
  public record Seed(String host, int port) {}

  /** What a phase of the shutdown needs beside draining. */
  private static final Duration DRAIN_MARGIN = Duration.ofSeconds(5);

  public static final String SYSTEM_NAME = "llm-cluster";

  public static ClusterSettings create(Config root) {
    return create(root, InetAddress::getLocalHost);
  }

  /**
   * @param own tells this machine's own address
   */
  static ClusterSettings create(Config root, Callable<InetAddress> own) {
    SettingsReader cluster = SettingsReader.of(root, "cluster");
    String bindHost = cluster.text("host");
    return new ClusterSettings(
        WildcardHost.is(bindHost)
            ? WildcardHost.ownAddress(own)
                .orElseThrow(
                    () ->
                        cluster.refused(
                            "host",
                            bindHost,
                            "the address by which other members reach this one, since this"
                                + " machine's own name does not stand for it"))
            : bindHost,
        bindHost,
        cluster.integer("port", 0, 65_535),
        cluster.texts("seeds").stream().map(seed -> parseSeed(cluster, seed)).toList(),
        cluster.duration("joinTimeout", Duration.ofSeconds(1)),
        parseRoles(cluster),
        cluster.oneOf("profile", Profile.class),
        cluster.oneOf("downing", Downing.class),
        cluster.duration("drainTimeout", Duration.ZERO));
  }

  private static Set<Role> parseRoles(SettingsReader cluster) {
    List<String> names = cluster.texts("roles");
    if (names.isEmpty()) {
      throw cluster.refused("roles", "[]", "at least one of gateway, node, workflow");
    }
    return names.stream()
        .map(
            name -> {
              for (Role role : Role.values()) {
                if (role.id().equals(name)) {
                  return role;
                }
              }
              throw cluster.refused("roles", name, "some of gateway, node, workflow");
            })
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  private static Seed parseSeed(SettingsReader cluster, String seed) {
    int colon = seed.lastIndexOf(':');
    try {
      int port = Integer.parseInt(seed.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65_535) {
        return new Seed(seed.substring(0, colon), port);
      }
    } catch (NumberFormatException notAPort) {
      // told below, with every other wrong form
    }
    throw cluster.refused("seeds", seed, "HOST:PORT");
  }

  private boolean takesOutTheSilent() {
    if (downing != Downing.AUTO) {
      return downing == Downing.UNREACHABLE;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false; // told when it cannot be bound
    }
  }

  /** Whether this member joins others, rather than forming a cluster of its own. */
  public boolean joinsOthers() {
    return seeds.stream().anyMatch(seed -> !seed.equals(new Seed(host, port)));
  }

  /** The same without one of the roles. */
  public ClusterSettings without(Role role) {
    Set<Role> rest =
        roles.stream()
            .filter(kept -> kept != role)
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    return new ClusterSettings(
        host, bindHost, port, seeds, joinTimeout, rest, profile, downing, drainTimeout);
  }

  /**
   * The configuration for the actor system: the root with what these settings say about {@code
   * pekko} put over it.
   *
   * @throws SettingsException if the profile is not described in the configuration
   */
  public Config toPekko(Config root) {
    String path = "cluster-profiles." + profile.name().toLowerCase(java.util.Locale.ROOT);
    if (!root.hasPath(path)) {
      throw new SettingsException(path + ": missing (expected: settings for pekko.cluster)");
    }
    Config profileConfig = root.getConfig(path).atPath("pekko.cluster");
    Config own =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                host,
                "pekko.remote.artery.bind.hostname",
                bindHost,
                "pekko.remote.artery.canonical.port",
                port,
                "pekko.cluster.roles",
                roles.stream().map(Role::id).sorted().toList(),
                // The gateway drains in the first of these phases, the nodes in the second; Pekko's
                // own limit for a phase is 5 s.
                "pekko.coordinated-shutdown.phases.service-requests-done.timeout",
                drainTimeout.plus(DRAIN_MARGIN),
                "pekko.coordinated-shutdown.phases.service-stop.timeout",
                drainTimeout.plus(DRAIN_MARGIN)));
    Config downingProvider =
        takesOutTheSilent()
            ? ConfigFactory.empty()
                .withValue(
                    "pekko.cluster.downing-provider-class",
                    ConfigValueFactory.fromAnyRef(UnreachableDowning.class.getName()))
            : ConfigFactory.empty();
    return own.withFallback(downingProvider)
        .withFallback(profileConfig)
        .withFallback(root)
        .resolve();
  }

  /** The seeds as the cluster knows members. */
  public List<Address> seedAddresses() {
    return seeds.stream()
        .map(seed -> new Address("pekko", SYSTEM_NAME, seed.host(), seed.port()))
        .toList();
  }
}
