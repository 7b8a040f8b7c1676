print("tsclient")
