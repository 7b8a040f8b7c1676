print("tsserver")
