public enum PrivateNetwork { public static let mostServerAddresses = 65_000 }
