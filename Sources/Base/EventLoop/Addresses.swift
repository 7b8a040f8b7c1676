/// What everything on the loop is bound or connected to. It lies in a module of its own for programs without a loop.
@_exported import Addresses
