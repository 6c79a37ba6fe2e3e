package io.llmcluster.core.cluster;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A host that means all addresses of its machine ({@code 0.0.0.0}, {@code ::}): right to listen on,
 * but nothing that another member could connect to.
 */
public final class WildcardHost {

  private WildcardHost() {}

  /** Whether it is one; a name never is, and none is looked up. */
  public static boolean is(String host) {
    try {
      return host.matches("[0.:\\[\\]]+") && InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException neither) {
      return false; // told when it cannot be bound
    }
  }

  /**
   * The address that this machine's own name stands for, which is a container's or pod's; empty if
   * others could not reach it by that one.
   *
   * @param own as {@link InetAddress#getLocalHost} tells it
   */
  static Optional<String> ownAddress(Callable<InetAddress> own) {
    try {
      InetAddress address = own.call();
      return address instanceof Inet4Address
              && !address.isLoopbackAddress()
              && !address.isAnyLocalAddress()
              && !address.isLinkLocalAddress()
          ? Optional.of(address.getHostAddress())
          : Optional.empty();
    } catch (Exception unknown) { // the name stands for nothing
      return Optional.empty();
    }
  }
}
