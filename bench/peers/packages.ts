/** The peers that come from npm, in exact versions. None is a dependency of Hawser. */
export interface PeerPackage {
  readonly name: string;
  readonly version: string;
  /** The module to import, inside the package. */
  readonly entry: string;
}

export const PEER_PACKAGES = {
  udx: { name: 'udx-native', version: '1.21.3', entry: 'lib/udx.js' },
  quic: { name: '@chainsafe/libp2p-quic', version: '2.1.1', entry: 'dist/src/napi.js' },
  kcp: { name: 'node-kcp', version: '1.0.13', entry: 'index.js' },
} as const satisfies Record<string, PeerPackage>;

/** A checksum in WebAssembly, for `bench/checksums`. */
export const HASH_WASM: PeerPackage = {
  name: 'hash-wasm',
  version: '4.13.0',
  entry: 'dist/index.esm.js',
};
